"""From scores to lists, in blocks of users."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.features.blocks import Matrix
from tesserec.recommenders.profiles import Profiles

TIE_SEED = 0
# Up to this many items scores are dense, (users, items). Beyond it recommenders return sparse scores.
DENSE_ITEMS = 20_000
# Users scored at once where scores are sparse.
SPARSE_BLOCK = 1_000


@lru_cache(maxsize=4)
def tie_order(n_items: int) -> np.ndarray:
    """Return the turn of each item among items of equal score, (items,): fixed, but arbitrary.

    The order of the table would not do: it often tells how old or how popular an item is, and would lend a
    recommender without a score what it does not know.
    """
    turn = np.random.default_rng(TIE_SEED).permutation(n_items)
    turn.flags.writeable = False
    return turn


def block_size(n_items: int, numbers: int = 16_000_000) -> int:
    """Return how many users to score at once so that dense users x items scores stay below `numbers`."""
    return max(1, numbers // max(n_items, 1)) if n_items <= DENSE_ITEMS else SPARSE_BLOCK


@dataclass(frozen=True)
class Eligible:
    """Which items may be recommended to whom.

    Args:
        competing: (items,) bool, False for items that nobody is offered.
        taken: (users, items) with an entry for every item that its user is not offered: what they have.
    """

    competing: np.ndarray
    taken: sp.csr_array

    def mask(self, scores: Matrix) -> Matrix:
        """Return a copy with -inf at items that are not eligible, or without them if it is sparse."""
        rows, columns = self.taken.nonzero()
        if isinstance(scores, np.ndarray):
            masked = np.array(scores, dtype=np.float32)
            masked[:, ~self.competing] = -np.inf
            masked[rows, columns] = -np.inf
            return masked
        entries = sp.coo_array(scores)
        own = rows.astype(np.int64) * scores.shape[1] + columns
        kept = self.competing[entries.col]
        kept &= ~np.isin(entries.row.astype(np.int64) * scores.shape[1] + entries.col, own)
        return sp.csr_array((entries.data[kept], (entries.row[kept], entries.col[kept])), shape=scores.shape)

    def take(self, users: np.ndarray) -> "Eligible":
        """Return the same for the users at the given positions."""
        return Eligible(self.competing, self.taken[users])

    def dense(self) -> np.ndarray:
        """Return it as (users, items) bool; for few users or few items."""
        allowed = np.repeat(self.competing[None], self.taken.shape[0], axis=0)
        allowed[self.taken.nonzero()] = False
        return allowed


def eligible_items(profiles: Profiles, candidates: np.ndarray | None, *, repeats: bool = False) -> Eligible:
    """Return which items may be recommended to whom: candidates that a person does not have.

    Args:
        profiles: A block of profiles.
        candidates: Positions of the items that may be recommended; None: all.
        repeats: Allow items that the user already has.
    """
    competing = np.ones(profiles.n_items, dtype=bool)
    if candidates is not None:
        competing[:] = False
        competing[candidates] = True
    return Eligible(competing, (profiles.without_history() if repeats else profiles).seen())


def top_items(scores: Matrix, eligible: Eligible, count: int) -> np.ndarray:
    """Return the best item positions of each user, best first, (users, count) int; -1 where none is left.

    Ties go by `tie_order`. Sparse scores list what has an entry, and nothing else.

    Args:
        scores: (users, items).
        eligible: Who may be recommended what.
        count: Length of the lists.
    """
    if is_shared(scores):
        return _top_of_shared(scores[0], eligible, count)
    masked = eligible.mask(scores)
    if isinstance(masked, np.ndarray):
        return _top_of_dense(masked, count)
    turn = tie_order(scores.shape[1])
    rows = np.repeat(np.arange(masked.shape[0]), np.diff(masked.indptr))
    order = np.lexsort((turn[masked.indices], -masked.data, rows))
    place = np.arange(len(order)) - masked.indptr[rows]
    lists = np.full((masked.shape[0], count), -1, dtype=np.int64)
    kept = place < count
    lists[rows[kept], place[kept]] = masked.indices[order[kept]]
    return lists


def is_shared(scores: Matrix) -> bool:
    """Tell whether all users have the same scores, which are then one row that repeats without a copy."""
    return isinstance(scores, np.ndarray) and scores.strides[0] == 0 and len(scores) > 0


def _top_of_shared(scores: np.ndarray, eligible: Eligible, count: int) -> np.ndarray:
    """Return the lists of users who all have the same scores, (items,)."""
    order = np.lexsort((tie_order(len(scores)), -scores))
    taken = eligible.taken
    reach = count + int(np.diff(taken.indptr).max(initial=0))
    head = order[eligible.competing[order]][:reach]
    free = taken[:, head].toarray() == 0
    users, columns = np.nonzero(free & (np.cumsum(free, axis=1) <= count))
    lists = np.full((taken.shape[0], count), -1, dtype=np.int64)
    lists[users, np.cumsum(free, axis=1)[users, columns] - 1] = head[columns]
    return lists


def _top_of_dense(masked: np.ndarray, count: int) -> np.ndarray:
    """Return the lists of (users, items) scores, -inf where an item does not compete."""
    turn = tie_order(masked.shape[1])
    # torch selects in parallel; among equal scores at the end of a list it may choose any.
    values, items = (part.numpy() for part in torch.topk(torch.from_numpy(masked), min(count, len(turn))))
    order = np.lexsort((turn[items], -values))
    lists = np.full((len(masked), count), -1, dtype=np.int64)
    chosen = np.take_along_axis(items, order, axis=1)
    lists[:, : items.shape[1]] = np.where(np.isneginf(values), -1, chosen)
    least = values[:, -1:]
    cut = np.flatnonzero((masked == least).sum(axis=1) > (values == least).sum(axis=1))
    by_turn = np.argsort(turn)
    for user in cut[~np.isneginf(least[cut, 0])]:
        above = int((values[user] > least[user]).sum())
        # Walking the items by their turn, the first of those that tie come first.
        tied = by_turn[np.flatnonzero(masked[user, by_turn] == least[user])]
        lists[user, above : items.shape[1]] = tied[: items.shape[1] - above]
    return lists


def entries_at(scores: Matrix, users: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Return the scores of (user, item) pairs, (pairs,); 0 where sparse scores have no entry.

    Args:
        scores: (users, items).
        users: (pairs,) positions.
        items: (pairs,) positions.
    """
    if isinstance(scores, np.ndarray):
        return scores[users, items]
    if not scores.nnz:
        return np.zeros(len(users), dtype=np.float32)
    scores.sort_indices()
    width = np.int64(scores.shape[1])
    entries = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr)) * width + scores.indices
    wanted = users * width + items
    places = np.minimum(np.searchsorted(entries, wanted), len(entries) - 1)
    return np.where(entries[places] == wanted, scores.data[places], 0)
