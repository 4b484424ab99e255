"""Nearest neighbours among items and among people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles

BLOCK = 2_000


@dataclass
class ItemKnn(Recommender):
    """Items that the same people have (Deshpande & Karypis 2004, doi:10.1145/963770.963776).

    The weight between two items is the cosine of their columns of the binary histories, shrunk where few
    people have both: `cosine · both / (both + shrinkage)`.

    Args:
        neighbours: Items kept per item.
        shrinkage: People in common at which a similarity counts half.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
    """

    neighbours: int = 100
    shrinkage: float = 10.0
    half_life: float | None = None

    def fit(self, data: TrainingData) -> Self:
        """Keep the most similar items of each item, found in blocks of items."""
        by_item = sp.csr_array(data.profiles.matrix().T)
        lengths = np.sqrt(np.maximum(by_item.sum(axis=1), 1)).astype(np.float32)
        parts = []
        for start in range(0, by_item.shape[0], BLOCK):
            both = sp.coo_array(by_item[start : start + BLOCK] @ by_item.T)
            both.data = both.data**2 / (both.data + np.float32(self.shrinkage))
            both.data /= lengths[both.row + start] * lengths[both.col]
            both.data[both.row + start == both.col] = 0
            parts.append(keep_largest(sp.csr_array(both), self.neighbours))
        self.learned = {"weights": sp.vstack(parts, format="csr")}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life)

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return `history @ weights`, (users, items)."""
        return (self.history_weights(profiles) @ self.learned["weights"]).toarray()

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weights between the given items, (history, items)."""
        return self.learned["weights"][history][:, items].toarray()


@dataclass
class UserKnn(Recommender):
    """What similar people have (Resnick et al. 1994, doi:10.1145/192844.192905).

    People are compared by the cosine of their histories or of one of their feature blocks, so that people
    without a history find neighbours by what is known of them.

    Args:
        neighbours: People looked at.
        block: `history`, or the name of a user feature block such as `relations` or `texts`.
        half_life: Items of history after which an entry of a profile counts half when people are compared by
            their histories; None: no decay.
    """

    neighbours: int = 100
    block: str = "history"
    half_life: float | None = None

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the data has no such block."""
        return self.block == "history" or self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Keep the training people's histories and what they are compared by."""
        self.learned = {
            "people": sp.csr_array(unit_rows(self._compared(data.profiles)).T)
            if self.block == "history"
            else unit_rows(self._compared(data.profiles)).T,
            "histories": data.profiles.matrix(),
        }
        return self

    def _compared(self, profiles: Profiles) -> Matrix:
        return profiles.matrix(self.half_life) if self.block == "history" else profiles.blocks[self.block]

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return the neighbours' histories, weighted by likeness and averaged, (users, items)."""
        likeness = keep_largest(unit_rows(self._compared(profiles)) @ self.learned["people"], self.neighbours)
        total = np.maximum(likeness.sum(axis=1), 1e-9)
        return (likeness @ self.learned["histories"]).toarray() / total[:, None].astype(np.float32)


def keep_largest(matrix: Matrix, count: int) -> sp.csr_array:
    """Keep the `count` largest positive entries of each row; ties go to the smaller column.

    Args:
        matrix: Non-negative similarities, (rows, columns).
        count: Entries kept per row.
    """
    sparse = sp.csr_array(matrix)
    sparse.sum_duplicates()
    rows = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
    order = np.lexsort((sparse.indices, -sparse.data, rows))
    place = np.arange(len(order)) - sparse.indptr[rows]
    kept = order[(place < count) & (sparse.data[order] > 0)]
    kept.sort()
    return sp.csr_array((sparse.data[kept], (rows[kept], sparse.indices[kept])), shape=sparse.shape)
