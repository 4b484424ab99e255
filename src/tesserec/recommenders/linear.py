"""Closed-form item-to-item models: EASE and the linear sequence model, dense or sparse."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.local_ridge import local_ridge
from tesserec.recommenders.pairs import co_occurrences, successions
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import weights_between
from tesserec.recommenders.sparsity import compact

# Matrices of `items²` numbers of 4 bytes that the dense solution holds at once.
DENSE_MATRICES = 3


@dataclass
class LinearItemModel(Recommender):
    """Weights between items that solve a ridge regression, with all items or with the nearest ones.

    With `n` items that occur in histories, the dense form takes `n³` multiply-adds and three matrices of
    `4 n²` bytes. The sparse form regresses each item on its `neighbours` only (`local_ridge`):
    `n · neighbours³ / 3` multiply-adds, and a score costs `history · neighbours` instead of `history · n`.
    It is taken where the dense one does not fit, and where it is cheaper and leaves little out, because an
    item occurs together with no more than `neighbours` others on average.

    Args:
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        regularization: Strength of the L2 penalty.
        dense_items: Largest number of items for which the dense form may be taken.
        max_memory_gb: GiB that the fit may take. A dense form that needs more gives way to a sparse one, and
            EASE counts pairs in the last parts of histories only where those of whole ones would not fit.
        neighbours: Items that each item is regressed on in the sparse form.
    """

    half_life: float | None = None
    regularization: float = 100.0
    dense_items: int = 20_000
    max_memory_gb: float = 8.0
    neighbours: int = 300

    @abstractmethod
    def products(self, profiles: Profiles) -> tuple[sp.csr_array, sp.csr_array]:
        """Return the products of the regression from histories without dislikes, both (items, items).

        Returns:
            The gram matrix of the predictors, and their products with what they predict.
        """

    @abstractmethod
    def solve(self, gram: sp.csr_array, cross: sp.csr_array) -> np.ndarray:
        """Return the dense weights, (items, items) float32."""

    def fit(self, data: TrainingData) -> Self:
        """Solve for the weights of the items that occur."""
        profiles = data.profiles.liked()
        covered = np.unique(profiles.items)
        gram, cross = self.products(profiles)
        if self._is_dense(len(covered), gram.nnz):
            among = np.ix_(covered, covered)
            self.learned = {"covered": covered, "weights": self.solve(gram[among], cross[among])}
        else:
            self.learned = {"weights": local_ridge(gram, cross, self.regularization, self.neighbours)}
        return self

    def _is_dense(self, items: int, pairs: int) -> bool:
        """Tell which form is taken for so many items, of which so many pairs occur together."""
        if items > self.dense_items or DENSE_MATRICES * 4 * items**2 > self.max_memory_gb * 2**30:
            return False
        return pairs > self.neighbours * items or items**2 < self.neighbours**3 / 3

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life)

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return `history @ weights`, (users, items); 0 for items that occur in no history."""
        weights = self.learned["weights"]
        history = self.history_weights(profiles)
        if not isinstance(weights, np.ndarray):
            return compact(history @ weights)
        covered = self.learned["covered"]
        if len(covered) == profiles.n_items:
            return history @ weights
        scores = np.zeros((len(profiles), profiles.n_items), dtype=np.float32)
        scores[:, covered] = history[:, covered] @ weights
        return scores

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weights of pairs of items, (pairs,)."""
        weights = self.learned["weights"]
        if not isinstance(weights, np.ndarray):
            return weights_between(weights, history, items)
        covered = self.learned["covered"]
        if not len(covered):
            return np.zeros(len(history), dtype=np.float32)
        (rows, gives), (columns, takes) = _places(covered, history), _places(covered, items)
        return weights[rows, columns] * gives * takes


@dataclass
class Ease(LinearItemModel):
    """EASE: the linear autoencoder with a zero diagonal (Steck 2019, arXiv:1905.03375).

    With `P = (X'X + regularization · I)⁻¹` of the binary histories `X`, the dense weights are
    `B = I - P · diag(1 / diag P)`. The regularization counts in interactions.
    """

    def products(self, profiles: Profiles) -> tuple[sp.csr_array, sp.csr_array]:
        """Return `X'X` twice: items predict one another."""
        both = co_occurrences(profiles, self.max_memory_gb)
        return both, both

    def solve(self, gram: sp.csr_array, cross: sp.csr_array) -> np.ndarray:
        """Return `B`, (items, items)."""
        weights = ridge_inverse(gram, self.regularization)
        weights /= -np.diag(weights).copy()
        np.fill_diagonal(weights, 0)
        return weights


@dataclass
class LinearSequence(LinearItemModel):
    """A ridge regression from recent items to the items that followed them.

    `B = (S'S + regularization · I)⁻¹ S'T`, with one row per prefix of a training history: `S` holds its
    items, weighted `0.5 ** (age / source_half_life)`, and `T` the items that came after, weighted
    `0.5 ** (distance / target_half_life)`. It is the linear sequence model of SLIST (Choi et al. 2021,
    arXiv:2103.16104), without its item-to-item part. The regularization counts in prefixes.

    Args:
        source_half_life: Items, back from the end of the prefix.
        target_half_life: Items, on from the end of the prefix.
    """

    regularization: float = 50.0
    source_half_life: float = 2.0
    target_half_life: float = 1.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the order of the histories is unknown or none has two items."""
        return data.profiles.ordered and bool((data.profiles.liked().lengths > 1).any())

    def products(self, profiles: Profiles) -> tuple[sp.csr_array, sp.csr_array]:
        """Return `S'S` and `S'T`."""
        return successions(profiles, self.source_half_life, self.target_half_life)

    def solve(self, gram: sp.csr_array, cross: sp.csr_array) -> np.ndarray:
        """Return `B`, (items, items)."""
        inverse = ridge_inverse(gram, self.regularization)
        return np.ascontiguousarray((cross.T @ inverse).T)


def ridge_inverse(gram: sp.csr_array, regularization: float) -> np.ndarray:
    """Return `(gram + regularization · I)⁻¹` as float32, through a Cholesky factor.

    Takes `n³` multiply-adds and three matrices of `4 n²` bytes.
    """
    dense = torch.from_numpy(gram.astype(np.float32).toarray())
    dense.diagonal().add_(regularization)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(dense))
    # LAPACK leaves it in column order, which scipy would copy for every product. It is symmetric.
    return inverse.T.contiguous().numpy()


def _places(covered: np.ndarray, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of items among those that are covered, in ascending order, and which are there."""
    places = np.minimum(np.searchsorted(covered, items), len(covered) - 1)
    return places, covered[places] == items
