"""Matrix factorisation for implicit feedback, with factors for anybody who has a history."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.recommenders.base import Split, TrainingData
from tesserec.recommenders.factored import FactorModel
from tesserec.recommenders.local_ridge import solve_positive
from tesserec.recommenders.profiles import Profiles

# Numbers in the padded factors of a batch of histories.
BATCH = 2**24


@dataclass
class Als(FactorModel):
    """Matrix factorisation by weighted alternating least squares (Hu et al. 2008, doi:10.1109/ICDM.2008.22).

    The factors `x` of people and `y` of items minimise, over all pairs, the sum of `c (p - x · y)²` and of
    `regularization · ‖factors‖²`. For an item of the history `p` is 1 and `c` is `1 + alpha · weight`; for
    any other `p` is 0 and `c` is 1. Each step is solved exactly, in double precision: strong weights make
    the systems stiff.

    Only item factors are kept: a person's follow from the history by one more step, so that everybody with a
    history has some. What a history item adds to a score depends on the others: there is no exact split.

    An iteration takes `interactions · n · f` multiply-adds and `(users + items) · n³ / 3`, where `f` is the
    embedding size and `n` the smaller of `f` and the length of the history; memory is that of the factors.
    A score costs `items · f`.

    Args:
        embedding_size: Length of the factors.
        regularization: Strength of the L2 penalty.
        alpha: Confidence that an entry of weight 1 adds to the confidence of 1 in any pair; above 0.
        iterations: Rounds in which the factors of people and then those of items are solved for.
        half_life: Items of history after which the confidence in an entry is halved; None: no decay.
        seed: Of the first item factors.
    """

    embedding_size: int = 128
    regularization: float = 30.0
    alpha: float = 30.0
    iterations: int = 5
    half_life: float | None = None
    seed: int = 0

    def fit(self, data: TrainingData) -> Self:
        """Alternate between people and items."""
        by_person = self._confidence(data.profiles)
        by_item = sp.csr_array(by_person.T)
        generator = np.random.default_rng(self.seed)
        start = generator.normal(scale=0.1, size=(by_item.shape[0], self.embedding_size))
        # An item that nobody has must say nothing in the first step either.
        start[np.diff(by_item.indptr) == 0] = 0
        items = torch.from_numpy(start)
        for _ in range(self.iterations):
            people = self._step(items, by_person)
            items = self._step(people, by_item)
        self.learned = {"items": whiten(items, self.regularization)[0].float().numpy()}
        return self

    def _confidence(self, profiles: Profiles) -> sp.csr_array:
        return sp.csr_array(profiles.matrix(self.half_life, weighted=True) * np.float32(self.alpha))

    def _step(self, factors: torch.Tensor, confidence: sp.csr_array) -> torch.Tensor:
        whitened, lower = whiten(factors, self.regularization)
        return torch.linalg.solve_triangular(lower, fold_in(whitened, confidence), upper=False, left=False)

    def people_factors(self, profiles: Profiles) -> np.ndarray:
        """Solve for the factors of the histories, (users, size)."""
        exact = torch.from_numpy(np.asarray(self.item_factors)).double()
        return fold_in(exact, self._confidence(profiles)).float().numpy()

    def split(self, profiles: Profiles) -> Split:
        """Return what tells the part of each entry of a history in the scores.

        Takes one system for each person asked for, as large as the history or as the factors, whichever is
        smaller.
        """
        factors = np.asarray(self.item_factors, dtype=np.float64)
        confidence = self._confidence(profiles)
        confidence.sort_indices()

        def part(entries: np.ndarray, items: np.ndarray) -> np.ndarray:
            found = np.zeros(len(entries), dtype=np.float32)
            people = profiles.rows[entries]
            for start, end in pairwise(np.flatnonzero(np.diff(people, prepend=-1, append=-1))):
                span = slice(*confidence.indptr[people[start] : people[start] + 2])
                own = confidence.indices[span]
                if not len(own):
                    continue
                wanted, column = np.unique(items[start:end], return_inverse=True)
                given = _split_scores(factors[own], confidence.data[span], factors[wanted])
                asked = profiles.items[entries[start:end]]
                row = np.minimum(np.searchsorted(own, asked), len(own) - 1)
                # A disliked item has no part.
                found[start:end] = given[row, column] * (own[row] == asked)
            return found

        return part


def _split_scores(history: np.ndarray, confidence: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Return what each item of a history adds to the score of each item, (history, items).

    With `S` the rows `√d_i v_i`, it is `(1 + d_i) / √d_i` times row `i` of `S (S'S + I)⁻¹ V'`.

    Args:
        history: Whitened factors `v` of the items of the history, (history, size).
        confidence: `d` of each, (history,).
        items: Whitened factors `V`, (items, size).
    """
    root = np.sqrt(confidence.astype(np.float64))[:, None]
    scaled = root * history
    rows, size = scaled.shape
    if rows <= size:
        solved = np.linalg.solve(scaled @ scaled.T + np.eye(rows), scaled @ items.T)
    else:
        solved = scaled @ np.linalg.solve(scaled.T @ scaled + np.eye(size), items.T)
    return (root + 1 / root) * solved


def whiten(factors: torch.Tensor, regularization: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return factors `v = L⁻¹ y` for which the penalty over all pairs is that of unit length.

    With `L L' = Y'Y + regularization · I`, `‖L' x‖²` is what the absence of all items and the
    regularization cost a person `x`, and `x · y = (L' x) · v`.

    Args:
        factors: `Y`, (items, size).
        regularization: Strength of the L2 penalty.

    Returns:
        `V`, (items, size), and `L`, (size, size).
    """
    gram = factors.T @ factors
    gram.diagonal().add_(regularization)
    lower = torch.linalg.cholesky(gram)
    return torch.linalg.solve_triangular(lower, factors.T, upper=False).T.contiguous(), lower


def fold_in(whitened: torch.Tensor, confidence: sp.csr_array) -> torch.Tensor:
    """Return the whitened factors `z = L' x` of histories, (users, size); 0 for an empty one.

    They minimise `‖z‖² + Σ_i d_i (z · v_i)² - 2 Σ_i (1 + d_i) z · v_i` over the items of a history with
    confidence `d`: a ridge regression, whose systems are as large as the history or as the factors,
    whichever is smaller.

    Args:
        whitened: (items, size).
        confidence: `d`, (users, items).
    """
    lengths = np.diff(confidence.indptr)
    factors = torch.zeros(len(lengths), whitened.shape[1], dtype=whitened.dtype)
    order = np.argsort(lengths, kind="stable")
    start = int(np.searchsorted(lengths[order], 1))
    while start < len(order):
        # Histories of similar length are padded to the longest of them.
        longest = lengths[order[start]] * 5 // 4
        count = max(1, BATCH // (longest * whitened.shape[1]))
        rows = order[start : min(start + count, int(np.searchsorted(lengths[order], longest, side="right")))]
        factors[rows] = _solve_histories(whitened, confidence, rows)
        start += len(rows)
    return factors


def _solve_histories(whitened: torch.Tensor, confidence: sp.csr_array, rows: np.ndarray) -> torch.Tensor:
    lengths = np.diff(confidence.indptr)[rows]
    inside = np.arange(lengths.max()) < lengths[:, None]  # (users, history)
    entries = (confidence.indptr[rows, None] + np.arange(inside.shape[1]))[inside]
    items = np.zeros(inside.shape, dtype=np.int64)
    items[inside] = confidence.indices[entries]
    root = np.zeros(inside.shape)
    root[inside] = np.sqrt(confidence.data[entries])
    target = np.where(inside, root + 1 / np.where(inside, root, 1), 0)
    scaled = whitened[torch.from_numpy(items)] * torch.from_numpy(root)[..., None]  # (users, history, size)
    return _ridge(scaled, torch.from_numpy(target))


def _ridge(inputs: torch.Tensor, outputs: torch.Tensor) -> torch.Tensor:
    """Return the ridge regressions with unit penalty, (batch, size), in the smaller of the two spaces.

    Args:
        inputs: (batch, rows, size).
        outputs: (batch, rows).
    """
    rows, size = inputs.shape[1:]
    if rows <= size:
        systems = inputs @ inputs.mT
        systems.diagonal(dim1=1, dim2=2).add_(1)
        return (inputs.mT @ solve_positive(systems, outputs)[..., None])[..., 0]
    systems = inputs.mT @ inputs
    systems.diagonal(dim1=1, dim2=2).add_(1)
    return solve_positive(systems, (inputs.mT @ outputs[..., None])[..., 0])
