"""Nearest neighbours among items and among people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import block_size

BLOCK = 2_000
# Share of entries above which a sparse matrix is handled as a dense one.
DENSE = 0.05


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
        block: `history`, or the name of a user feature block such as `relations` or `text`.
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
        """Keep the histories of the people who have one, and what they are compared by."""
        people = data.profiles.with_history()
        compared = unit_rows(self._compared(people)).T
        self.learned = {
            "people": compared if isinstance(compared, np.ndarray) else sp.csr_array(compared),
            "histories": people.matrix(),
        }
        return self

    def _compared(self, profiles: Profiles) -> Matrix:
        if self.block == "history":
            return profiles.liked().matrix(self.half_life)
        return profiles.blocks[self.block]

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return the neighbours' histories, weighted by likeness and averaged, (users, items)."""
        people, histories = self.learned["people"], self.learned["histories"]
        scores = np.empty((len(profiles), profiles.n_items), dtype=np.float32)
        # There may be far more people than items, so blocks that suit the items do not suit the likeness.
        for place, block in profiles.in_blocks(block_size(people.shape[1])):
            likeness = keep_largest(unit_rows(self._compared(block)) @ people, self.neighbours)
            total = np.maximum(likeness.sum(axis=1), 1e-9)
            scores[place] = (likeness @ histories).toarray() / total[:, None]
        return scores


def keep_largest(matrix: Matrix, count: int) -> sp.csr_array:
    """Keep the `count` largest positive entries of each row; ties go to the smaller column.

    Args:
        matrix: Non-negative similarities, (rows, columns).
        count: Entries kept per row.
    """
    if matrix.shape[1] > count and (
        isinstance(matrix, np.ndarray) or matrix.nnz > DENSE * np.prod(matrix.shape)
    ):
        # Sorting only what can be among the largest is much faster where most entries count.
        matrix = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
        least = -np.partition(-matrix, count - 1, axis=1)[:, count - 1 : count]
        matrix = np.where(matrix >= least, matrix, 0)
    sparse = sp.csr_array(matrix)
    sparse.sum_duplicates()
    rows = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
    order = np.lexsort((sparse.indices, -sparse.data, rows))
    place = np.arange(len(order)) - sparse.indptr[rows]
    kept = order[(place < count) & (sparse.data[order] > 0)]
    kept.sort()
    return sp.csr_array((sparse.data[kept], (rows[kept], sparse.indices[kept])), shape=sparse.shape)
