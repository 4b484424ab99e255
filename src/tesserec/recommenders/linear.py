"""Closed-form item-to-item models: EASE and the linear sequence model."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import NEGLIGIBLE, Profiles


@dataclass
class DenseItemModel(Recommender):
    """A dense matrix of weights between the most popular items.

    The matrix is what limits these models: with `n` items it takes `4 n²` bytes and its fit `O(n³)` time, so
    it covers at most `max_items` items; the others neither give nor receive a score here.

    Args:
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        max_items: Largest number of items in the matrix.
    """

    half_life: float | None = None
    max_items: int = 20_000

    @abstractmethod
    def solve(self, profiles: Profiles) -> np.ndarray:
        """Return the weights, (items, items) float32, from histories without dislikes."""

    def fit(self, data: TrainingData) -> Self:
        """Solve for the weights of the items that occur, the most popular first."""
        profiles = data.profiles.liked()
        counts = np.bincount(profiles.items, minlength=profiles.n_items)
        popular = np.argsort(-counts, kind="stable")[: self.max_items]
        covered = np.sort(popular[counts[popular] > 0])
        weights = self.solve(profiles.restricted_to(covered))
        self.learned = {"covered": covered, "weights": weights}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life)

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return `history @ weights`, (users, items); 0 for items that the matrix does not cover."""
        covered, weights = self.learned["covered"], self.learned["weights"]
        scores = self.history_weights(profiles)[:, covered] @ weights
        if len(covered) == profiles.n_items:
            return scores
        spread = np.zeros((len(profiles), profiles.n_items), dtype=np.float32)
        spread[:, covered] = scores
        return spread

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the part of the matrix between the given items, (history, items)."""
        covered, weights = self.learned["covered"], self.learned["weights"]
        gives, takes = np.isin(history, covered), np.isin(items, covered)
        rows, columns = np.searchsorted(covered, history[gives]), np.searchsorted(covered, items[takes])
        part = np.zeros((len(history), len(items)), dtype=np.float32)
        part[np.ix_(gives, takes)] = weights[np.ix_(rows, columns)]
        return part


@dataclass
class Ease(DenseItemModel):
    """EASE: the linear autoencoder with a zero diagonal (Steck 2019, arXiv:1905.03375).

    With `P = (X'X + regularization · I)⁻¹` of the binary histories `X`, the weights are
    `B = I - P · diag(1 / diag P)`.

    Args:
        regularization: Strength of the L2 penalty, in interactions.
    """

    regularization: float = 100.0

    def solve(self, profiles: Profiles) -> np.ndarray:
        """Return `B`, (items, items)."""
        histories = profiles.matrix()
        inverse = ridge_inverse(histories.T @ histories, self.regularization)
        weights = inverse
        weights /= -np.diag(inverse).copy()
        np.fill_diagonal(weights, 0)
        return weights


@dataclass
class LinearSequence(DenseItemModel):
    """A ridge regression from recent items to the items that followed them.

    `B = (S'S + regularization · I)⁻¹ S'T`, with one row per prefix of a training history: `S` holds its
    items, weighted `0.5 ** (age / source_half_life)`, and `T` the items that came after, weighted
    `0.5 ** (distance / target_half_life)`. It is the linear sequence model of SLIST (Choi et al. 2021,
    arXiv:2103.16104), without its item-to-item part.

    Args:
        regularization: Strength of the L2 penalty, in prefixes.
        source_half_life: Items, back from the end of the prefix.
        target_half_life: Items, on from the end of the prefix.
    """

    regularization: float = 50.0
    source_half_life: float = 2.0
    target_half_life: float = 1.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the order of the histories is unknown or none has two items."""
        return data.profiles.ordered and bool((data.profiles.liked().lengths > 1).any())

    def solve(self, profiles: Profiles) -> np.ndarray:
        """Return `B`, (items, items)."""
        source = _neighbourhood(profiles, self.source_half_life, first=0, step=-1)
        target = _neighbourhood(profiles, self.target_half_life, first=1, step=1)
        ends = np.zeros(len(profiles.items), dtype=bool)
        ends[profiles.indptr[1:][profiles.lengths > 0] - 1] = True
        source, target = source[~ends], target[~ends]
        inverse = ridge_inverse(source.T @ source, self.regularization)
        return np.ascontiguousarray(((source.T @ target).T @ inverse).T)


def _neighbourhood(profiles: Profiles, half_life: float, *, first: int, step: int) -> sp.csr_array:
    """Return for each history entry its decayed surroundings, (entries, items).

    Args:
        profiles: Histories, oldest item first.
        half_life: Items after which the weight is halved.
        first: Offset of the first item taken, which has weight 1.
        step: -1 to walk back in the history, 1 to walk on.
    """
    entries = np.arange(len(profiles.items))
    users = profiles.rows
    reach = int(np.ceil(half_life * np.log2(1 / NEGLIGIBLE)))
    rows, columns, values = [], [], []
    for distance in range(min(reach, int(profiles.lengths.max(initial=0))) + 1):
        there = entries + first + step * distance
        inside = (there >= 0) & (there < len(entries))
        inside[inside] = users[there[inside]] == users[entries[inside]]
        rows.append(entries[inside])
        columns.append(profiles.items[there[inside]])
        values.append(np.full(inside.sum(), 0.5 ** (distance / half_life), dtype=np.float32))
    triple = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sp.csr_array(triple, shape=(len(entries), profiles.n_items))


def ridge_inverse(gram: sp.csr_array, regularization: float) -> np.ndarray:
    """Return `(gram + regularization · I)⁻¹` as float32, through a Cholesky factor.

    Takes `n³` multiply-adds and three matrices of `4 n²` bytes.
    """
    dense = torch.from_numpy(gram.astype(np.float32).toarray())
    dense.diagonal().add_(regularization)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(dense))
    # LAPACK leaves it in column order, which scipy would copy for every product. It is symmetric.
    return inverse.T.contiguous().numpy()
