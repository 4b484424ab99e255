"""Nearest neighbours among items and among people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import weights_between
from tesserec.recommenders.sparsity import compact, keep_largest, row_blocks

# Likenesses between people that are held at once.
LIKENESSES = 2**24


@dataclass
class ItemKnn(Recommender):
    """Items that the same people have (Deshpande & Karypis 2004, doi:10.1145/963770.963776).

    The weight between two items is the cosine of their columns of the binary histories, shrunk where few
    people have both: `cosine · both / (both + shrinkage)`.

    The fit takes time of all pairs of items of one history, so a long history costs the square of its
    length; the weights take `8 · items · neighbours` bytes, and a score costs `history · neighbours`.

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
        by_person = sp.csr_array(by_item.T)
        # An item meets at most as many others as its people have.
        met = np.minimum(by_item @ np.diff(by_person.indptr), by_item.shape[0])
        parts = []
        for span in row_blocks(met):
            both = sp.coo_array(by_item[span] @ by_person)
            both.data = both.data**2 / (both.data + np.float32(self.shrinkage))
            both.data /= lengths[both.row + span.start] * lengths[both.col]
            both.data[both.row + span.start == both.col] = 0
            parts.append(keep_largest(both, self.neighbours))
        self.learned = {"weights": sp.vstack(parts, format="csr")}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life)

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return `history @ weights`, (users, items)."""
        return compact(self.history_weights(profiles) @ self.learned["weights"])

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weights of pairs of items, (pairs,)."""
        return weights_between(self.learned["weights"], history, items)


@dataclass
class UserKnn(Recommender):
    """What similar people have (Resnick et al. 1994, doi:10.1145/192844.192905).

    People are compared by the cosine of their histories or of one of their feature blocks, so that people
    without a history find neighbours by what is known of them.

    To compare a history costs as many multiply-adds as the people compared with have of its items together,
    which popular items make many, and a dense block its columns for each of them. So no more than `people`
    are compared with, drawn at random: with more, time would grow with the square of the people.

    Args:
        neighbours: People looked at.
        block: `history`, or the name of a user feature block such as `relations` or `text`.
        half_life: Items of history after which an entry of a profile counts half when people are compared by
            their histories; None: no decay.
        people: Largest number of people with a history who are compared with.
        seed: Of the draw of these people.
    """

    neighbours: int = 100
    block: str = "history"
    half_life: float | None = None
    people: int = 25_000
    seed: int = 0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the data has no such block."""
        return self.block == "history" or self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Keep the histories of the people who have one, and what they are compared by."""
        people = data.profiles.with_history()
        if len(people) > self.people:
            drawn = np.random.default_rng(self.seed).choice(len(people), self.people, replace=False)
            people = people.take(np.sort(drawn))
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

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return the neighbours' histories, weighted by likeness and averaged, (users, items)."""
        people, histories = self.learned["people"], self.learned["histories"]
        size = max(1, LIKENESSES // max(people.shape[1], 1))
        parts = [sp.csr_array((0, profiles.n_items), dtype=np.float32)]
        parts += [self._nearest(block, people) @ histories for _, block in profiles.in_blocks(size)]
        return compact(sp.csr_array(sp.vstack(parts)))

    def _nearest(self, profiles: Profiles, people: Matrix) -> sp.csr_array:
        """Return the likeness of the nearest people, as shares of their sum, (users, people)."""
        likeness = keep_largest(unit_rows(self._compared(profiles)) @ people, self.neighbours)
        total = np.maximum(likeness.sum(axis=1), 1e-9)
        likeness.data /= np.repeat(total, np.diff(likeness.indptr))
        return likeness
