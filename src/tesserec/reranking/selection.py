"""Choose a short list from ranked candidates, item by item, for a block of users at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NO_ITEM = -1
# Numbers of the largest temporary array; 16 million float32 are 64 MB.
NUMBERS = 16_000_000


@dataclass(frozen=True)
class Diversity:
    """How much a list must vary.

    Args:
        vectors: (items, dimensions) float32 of length 1, or 0 where nothing is known of an item.
        share: Between 0 (relevance alone) and 1 (unlikeness alone).
    """

    vectors: np.ndarray
    share: float


@dataclass(frozen=True)
class Cap:
    """At most so many items of a list may share a value.

    Args:
        codes: (items, most values of one item) int32, -1 padded; an item without a value is not capped.
        limit: Items per value.
    """

    codes: np.ndarray
    limit: int


def normalise(scores: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Bring each user's candidates to [0, 1]: the best is 1 and the worst 0; 1 where all are equal.

    Args:
        scores: (users, depth) float32.
        present: (users, depth) bool, False where there is no candidate.
    """
    scores = np.where(present, scores, np.float32(0))
    best = np.max(scores, axis=1, keepdims=True, where=present, initial=-np.inf)
    worst = np.min(scores, axis=1, keepdims=True, where=present, initial=np.inf)
    spread = np.where(best > worst, best - worst, 1).astype(np.float32)
    return np.where(present, 1 - (best - scores) / spread, 0).astype(np.float32)


def select(
    items: np.ndarray,
    relevance: np.ndarray,
    list_length: int,
    *,
    diversity: Diversity | None = None,
    caps: Sequence[Cap] = (),
) -> np.ndarray:
    """Return the columns of the chosen candidates, first choice first, (users, list_length) int, -1 padded.

    With diversity, each place goes to the candidate `i` with the largest maximal marginal relevance
    (Carbonell & Goldstein 1998, doi:10.1145/290941.291025), `(1 - share) · relevance_i - share · max_j
    cos(i, j)` over the `j` chosen before. Caps leave out candidates that would break them, even if the list
    stays short. Ties go to the earlier candidate. Takes `users · depth · (dimensions + values) · list_length`
    multiply-adds, and memory for about 16 million numbers.

    Args:
        items: (users, depth) item positions, best first, -1 where there is none.
        relevance: (users, depth) float32.
        list_length: Places per list.
        diversity: None: relevance alone decides.
        caps: Limits, all of which hold.
    """
    if diversity is None and not caps:
        return _sorted(items, relevance, list_length)
    widths = [cap.codes.shape[1] for cap in caps]
    width = max([*widths, 1 if diversity is None else diversity.vectors.shape[1]])
    size = max(1, NUMBERS // (max(items.shape[1], 1) * width))
    chosen = np.full((len(items), list_length), NO_ITEM, dtype=np.int64)
    for start in range(0, len(items), size):
        block = slice(start, start + size)
        chosen[block] = _greedy(items[block], relevance[block], list_length, diversity, caps)
    return chosen


def _sorted(items: np.ndarray, relevance: np.ndarray, list_length: int) -> np.ndarray:
    masked = np.where(items == NO_ITEM, -np.inf, relevance)
    order = np.argsort(-masked, axis=1, kind="stable")[:, :list_length]
    chosen = np.full((len(items), list_length), NO_ITEM, dtype=np.int64)
    listed = np.take_along_axis(items, order, axis=1) != NO_ITEM
    chosen[:, : order.shape[1]] = np.where(listed, order, NO_ITEM)
    return chosen


def _greedy(
    items: np.ndarray,
    relevance: np.ndarray,
    list_length: int,
    diversity: Diversity | None,
    caps: Sequence[Cap],
) -> np.ndarray:
    users = np.arange(len(items))
    alive = items != NO_ITEM  # (users, depth)
    share = np.float32(0 if diversity is None else diversity.share)
    likeness = np.zeros(items.shape, dtype=np.float32)
    vectors = None if diversity is None else diversity.vectors[items]  # (users, depth, dimensions)
    tallies = [_Tally(cap.codes[items], cap.limit) for cap in caps]
    chosen = np.full((len(items), list_length), NO_ITEM, dtype=np.int64)
    for place in range(min(list_length, items.shape[1])):
        gain = np.where(alive, (1 - share) * relevance - share * likeness, -np.inf)
        best = gain.argmax(axis=1)
        going = alive[users, best]
        if not going.any():
            break
        chosen[going, place] = best[going]
        alive[users, best] = False
        if vectors is not None:
            new = np.matmul(vectors, vectors[users, best][:, :, None])[:, :, 0]
            # The first choice has nothing before it, and a cosine below 0 must not count as 0.
            likeness = new if place == 0 else np.maximum(likeness, new)
        for tally in tallies:
            alive &= tally.allows(best)
    return chosen


@dataclass
class _Tally:
    """How often each value of each candidate is in the list already.

    Args:
        codes: (users, depth, values), -1 padded.
        limit: Items per value.
    """

    codes: np.ndarray
    limit: int

    def __post_init__(self) -> None:
        self.counts = np.zeros(self.codes.shape, dtype=np.int32)

    def allows(self, best: np.ndarray) -> np.ndarray:
        """Count the newly chosen columns in and return which candidates stay within the limit."""
        newest = self.codes[np.arange(len(best)), best]  # (users, values)
        for value in newest.T:
            self.counts += self.codes == value[:, None, None]
        full = (self.counts >= self.limit) & (self.codes >= 0)
        return np.asarray(~full.any(axis=2))
