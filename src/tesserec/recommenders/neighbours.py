"""Nearest neighbours among items and among people."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.recommenders.base import Recommender, Split, TrainingData
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

    With `c` the compared rows of length 1 and `x` the histories of the neighbours `v`, the score of item `j`
    is `Σ_v (c_u · c_v) x_vj / Σ_v (c_u · c_v)`. A likeness of histories is a sum over the items that both
    have, so the score splits exactly: item `i` of the history gives `c_ui Σ_v c_vi x_vj / Σ_v (c_u · c_v)`.
    In the same way the block `fused` splits over the features that were fused; another block does not.

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

    @property
    def reads(self) -> frozenset[str]:
        """Name of the feature block, if it is one that is compared."""
        return super().reads - {"history"}

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
        return compact(self._nearest(profiles) @ self.learned["histories"])

    def split(self, profiles: Profiles) -> Split | None:
        """Return what tells the part of each entry of a history; None where people are not compared by it.

        Finds the neighbours of the people asked for once more, and takes `history · neighbours · items`
        multiply-adds for each of them.
        """
        if self.block != "history":
            return None

        def part(entries: np.ndarray, items: np.ndarray) -> np.ndarray:
            found = np.zeros(len(entries), dtype=np.float32)
            rows = profiles.rows[entries]
            bounds = np.flatnonzero(np.diff(rows, prepend=-1, append=-1))
            asked = profiles.take(rows[bounds[:-1]])
            compared, nearest = sp.csr_array(self._compared(asked)), self._nearest(asked)
            compared.sort_indices()
            for person, (start, end) in enumerate(pairwise(bounds)):
                near = nearest.indices[slice(*nearest.indptr[person : person + 2])]
                if not len(near):
                    continue
                span = slice(*compared.indptr[person : person + 2])
                own = compared.indices[span]
                wanted, column = np.unique(items[start:end], return_inverse=True)
                shared = compared.data[span, None] * self.learned["people"][own][:, near].toarray()
                given = self._given(shared, near, wanted)
                entry = profiles.items[entries[start:end]]
                row = np.minimum(np.searchsorted(own, entry), len(own) - 1)
                # What is not compared, such as a disliked item, has no part.
                found[start:end] = given[row, column] * (own[row] == entry)
            return found

        return part

    def feature_parts(
        self, profiles: Profiles, users: np.ndarray, items: np.ndarray
    ) -> tuple[sp.csr_array, list[str]] | None:
        """Split the scores of pairs over the features that make people alike; None where they have no names.

        A fused row is a sum over the features of a person, and so is its likeness to others, as that of a
        history is.

        Args:
            profiles: The people.
            users: (pairs,) positions in the profiles, in ascending order.
            items: (pairs,) item positions.

        Returns:
            (pairs, columns), whose rows sum to the scores, and the names of the columns; the last has none
            and is what features without a name gave.
        """
        named = [name for name in profiles.fusing if name in profiles.names]
        if self.block != "fused" or not named:
            return None
        people, place = np.unique(users, return_inverse=True)
        asked = profiles.take(people)
        held = sp.csr_array(sp.hstack([unit_rows(asked.blocks[name]) for name in named]))
        through = np.vstack([profiles.fusing[name] for name in named])  # (columns, dimensions)
        compared, nearest = asked.blocks["fused"], self._nearest(asked)
        bounds = np.searchsorted(place, np.arange(len(people) + 1))
        rows, columns, parts = [], [], []
        for person in np.flatnonzero(np.diff(nearest.indptr)):
            near = nearest.indices[slice(*nearest.indptr[person : person + 2])]
            own = slice(*held.indptr[person : person + 2])
            pieces = held.data[own, None] * through[held.indices[own]]  # (features, dimensions)
            pieces = np.vstack([pieces, compared[person] - pieces.sum(axis=0)])
            pairs = np.arange(*bounds[person : person + 2])
            given = self._given(pieces @ self.learned["people"][:, near], near, items[pairs])
            rows.append(np.tile(pairs, len(pieces)))
            columns.append(np.repeat(np.append(held.indices[own], held.shape[1]), len(pairs)))
            parts.append(given.ravel())
        entries = (
            np.concatenate([np.zeros(0), *parts]),
            tuple(np.concatenate([np.zeros(0, dtype=np.int64), *places]) for places in (rows, columns)),
        )
        names = [one for name in named for one in profiles.names[name]]
        return sp.csr_array(sp.coo_array(entries, shape=(len(users), len(names) + 1))), [*names, ""]

    def _given(self, shared: np.ndarray, near: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return what each piece of one person gave to the scores of items, (pieces, items).

        Args:
            shared: What each piece adds to the likeness to each neighbour, (pieces, neighbours).
            near: Positions of the neighbours among the people.
            items: Positions of the scored items.
        """
        return np.asarray(shared @ self.learned["histories"][near][:, items].toarray() / shared.sum())

    def _nearest(self, profiles: Profiles) -> sp.csr_array:
        """Return the likeness of the nearest people, as shares of their sum, (users, people)."""
        people = self.learned["people"]
        size = max(1, LIKENESSES // max(people.shape[1], 1))
        parts = [sp.csr_array((0, people.shape[1]), dtype=np.float32)]
        for _, block in profiles.in_blocks(size):
            likeness = keep_largest(unit_rows(self._compared(block)) @ people, self.neighbours)
            total = np.maximum(likeness.sum(axis=1), 1e-9)
            likeness.data /= np.repeat(total, np.diff(likeness.indptr))
            parts.append(likeness)
        return sp.csr_array(sp.vstack(parts))
