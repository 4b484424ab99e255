"""Histories as the net reads them."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np

# Spread of log-weights below which all events count as equally strong.
EQUAL = 1e-3


@dataclass(frozen=True)
class Events:
    """Histories of liked items as the net reads them, with what was disliked beside.

    Args:
        indptr: (users + 1,) bounds of each user's part of the three arrays below.
        items: (entries,) liked item positions, oldest first.
        strengths: (entries,) standardised strength of each event.
        kinds: (entries,) int64 bits of the kinds of each event, see `EventKinds`.
        dislike_indptr: (users + 1,) bounds of each user's part of the two arrays below.
        disliked: (dislikes,) item positions.
        disliked_after: (dislikes,) number of the user's liked items before the dislike.
        people: (users, user size) features.
    """

    indptr: np.ndarray
    items: np.ndarray
    strengths: np.ndarray
    kinds: np.ndarray
    dislike_indptr: np.ndarray
    disliked: np.ndarray
    disliked_after: np.ndarray
    people: np.ndarray

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def without(self, entries: np.ndarray) -> Self:
        """Return the same people without some liked entries."""
        kept = np.ones(len(self.items), dtype=bool)
        kept[entries] = False
        indptr = np.concatenate([[0], np.cumsum(kept)])[self.indptr]
        return replace(
            self,
            indptr=indptr,
            items=self.items[kept],
            strengths=self.strengths[kept],
            kinds=self.kinds[kept],
        )

    def take(self, users: np.ndarray) -> Self:
        """Return the people at the given positions, without what they dislike."""
        lengths = np.diff(self.indptr)[users]
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        entries = np.arange(indptr[-1]) + np.repeat(self.indptr[users] - indptr[:-1], lengths)
        nothing = np.zeros(0, dtype=np.int64)
        liked = (indptr, self.items[entries], self.strengths[entries], self.kinds[entries])
        return type(self)(*liked, np.zeros_like(indptr), nothing, nothing, self.people[users])


def read_events(
    indptr: np.ndarray,
    items: np.ndarray,
    weights: np.ndarray,
    kinds: np.ndarray,
    people: np.ndarray,
    scale: tuple[float, float],
) -> Events:
    """Part the likes of histories from the dislikes.

    Args:
        indptr: (users + 1,) bounds of each user's part of the three arrays below.
        items: (entries,) item positions, oldest first.
        weights: (entries,) strength of the preference; 0 is a dislike.
        kinds: (entries,) int64 bits of the kinds of event, see `EventKinds`.
        people: (users, user size) features.
        scale: Centre and spread of `log(1 + weight)`, see `strength_scale`.
    """
    liked = weights > 0
    total = np.concatenate([[0], np.cumsum(liked)])  # likes before each entry, over all users
    start = np.repeat(total[indptr[:-1]], np.diff(indptr))
    centre, spread = scale
    return Events(
        total[indptr],
        items[liked].astype(np.int64),
        np.clip((np.log1p(weights[liked]) - centre) / spread, -3, 3).astype(np.float32),
        kinds[liked],
        indptr - total[indptr],
        items[~liked].astype(np.int64),
        (total[:-1] - start)[~liked],
        people,
    )


def strength_scale(weights: np.ndarray) -> tuple[float, float]:
    """Return centre and spread of `log(1 + weight)` over the liked entries of (entries,) weights.

    The spread is 1 where all are equal, so that all strengths are 0.
    """
    logs = np.log1p(weights[weights > 0].astype(np.float64))
    if not len(logs):
        return 0.0, 1.0
    spread = float(logs.std())
    return float(logs.mean()), spread if spread > EQUAL else 1.0


def fixed_order(indptr: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Return an order of people that follows from their histories alone, (users,).

    What is drawn at random then does not depend on the order of the table.

    Args:
        indptr: (users + 1,) bounds of each user's part of `items`.
        items: (entries,) item positions.
    """
    histories = [items[start:end].tobytes() for start, end in pairwise(indptr)]
    return np.array(sorted(range(len(histories)), key=histories.__getitem__), dtype=np.int64)
