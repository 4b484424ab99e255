"""Held-out people with the candidates among which their held-out items are to be found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.base import Recommender, score_all
from tesserec.recommenders.candidates import Candidates, list_items, unite_lists
from tesserec.recommenders.parallel import work_in_blocks
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import Eligible, entries_at
from tesserec.recommenders.support import Support
from tesserec.state import Arrays, Config


@dataclass(frozen=True)
class Examples:
    """What a blend learns from.

    Args:
        candidates: The union of the recommenders' lists for each person.
        relevant: (rows,) bool, the held-out items among them.
        held_out: (users,) number of held-out items, those that no recommender listed included.
    """

    candidates: Candidates
    relevant: np.ndarray
    held_out: np.ndarray

    @property
    def findable(self) -> np.ndarray:
        """Positions of the people with a held-out item among their candidates: only they teach anything."""
        return np.unique(self.candidates.users[self.relevant])

    def take(self, people: np.ndarray) -> Self:
        """Return the examples of the people at the given positions."""
        chosen = np.zeros(len(self.held_out), dtype=bool)
        chosen[people] = True
        rows = chosen[self.candidates.users]
        people = np.flatnonzero(chosen)
        return type(self)(self.candidates.take(people), self.relevant[rows], self.held_out[people])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Return the examples of all people of the parts."""
        return cls(
            Candidates.join([part.candidates for part in parts]),
            np.concatenate([part.relevant for part in parts]),
            np.concatenate([part.held_out for part in parts]),
        )

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        arrays = {entry.name: getattr(self.candidates, entry.name) for entry in fields(Candidates)}
        return {**arrays, "relevant": self.relevant, "held_out": self.held_out}, {}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the examples that `state` described."""
        candidates = Candidates(**{entry.name: arrays[entry.name] for entry in fields(Candidates)})
        return cls(candidates, arrays["relevant"], arrays["held_out"])

    def among(self, items: np.ndarray) -> Self:
        """Return the examples of the same people in a world of the given items, an (items,) mask."""
        rows = items[self.candidates.items]
        candidates, relevant = self.candidates.take_rows(np.flatnonzero(rows)), self.relevant[rows]
        counts = np.bincount(self.candidates.users[rows], minlength=len(self.held_out))
        candidates = replace(candidates, indptr=np.concatenate([[0], np.cumsum(counts)]))
        found = np.bincount(candidates.users[relevant], minlength=len(self.held_out))
        return type(self)(candidates, relevant, np.maximum(found, 1))

    def ndcg(self, scores: np.ndarray, k: int = 10) -> np.ndarray:
        """Return NDCG at `k` of the candidates ranked by their scores for each person, (users,).

        Args:
            scores: (rows,).
            k: Length of the lists.
        """
        rows, place = self.candidates.leading(scores, k)
        right = self.relevant[rows]
        return self._ndcg(self._hits(self.candidates.users[rows[right]], place[right], k))

    def ndcg_alone(self, recommender: int, k: int = 10) -> np.ndarray:
        """Return NDCG at `k` of one recommender's own list, (users,)."""
        place = np.rint(np.expm1(self.candidates.places[:, recommender])).astype(int)
        right = self.relevant & (place < k)
        return self._ndcg(self._hits(self.candidates.users[right], place[right], k))

    def _hits(self, users: np.ndarray, places: np.ndarray, k: int) -> np.ndarray:
        hits = np.zeros((len(self.held_out), k), dtype=bool)
        hits[users, places] = True
        return hits

    def _ndcg(self, hits: np.ndarray) -> np.ndarray:
        discounts = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
        ideal = np.cumsum(discounts)[np.minimum(self.held_out, hits.shape[1]) - 1]
        return hits @ discounts / ideal


def collect_examples(
    recommenders: Mapping[str, Recommender],
    support: Support,
    profiles: Profiles,
    targets: sp.csr_array,
    eligible: Eligible,
    depth: int,
) -> Examples:
    """Gather the candidates of held-out people, a block of people at a time.

    Args:
        recommenders: Fitted recommenders by name.
        support: Of the data that they were fitted on.
        profiles: People with at least one held-out item, without these items in their histories.
        targets: (people, items) 1 where an item was held out.
        eligible: Who may be recommended what.
        depth: Items taken from each recommender's list; at least 10, for NDCG.
    """

    def gather(place: slice, block: Profiles) -> tuple[Candidates, np.ndarray]:
        scores = score_all(recommenders, block, eligible.among)
        people = np.arange(place.start, place.stop)
        lists = list_items(scores, eligible.take(people), depth)
        part = unite_lists(list(recommenders), recommenders, lists, scores, block, support)
        return part, entries_at(sp.csr_array(targets[people]), part.users, part.items) > 0

    parts, relevant = [Candidates.of_nobody(len(recommenders))], [np.zeros(0, dtype=bool)]
    for part, right in work_in_blocks(gather, recommenders, profiles, "Gathering candidates"):
        parts.append(part)
        relevant.append(right)
    return Examples(Candidates.join(parts), np.concatenate(relevant), np.diff(targets.indptr))
