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


def block_size(n_items: int, numbers: int = 8_000_000) -> int:
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

    @property
    def among(self) -> np.ndarray | None:
        """Positions of the items that may be recommended to anybody; None: all."""
        return None if self.competing.all() else np.flatnonzero(self.competing)

    def mask(self, scores: Matrix) -> Matrix:
        """Return a copy with -inf at items that are not eligible, as far as they have an entry."""
        rows, columns = self.taken.nonzero()
        if isinstance(scores, np.ndarray):
            masked = np.array(scores, dtype=np.float32)
            masked[:, ~self.competing] = -np.inf
            masked[rows, columns] = -np.inf
            return masked
        entries = scores.copy()
        entries.data[~self.competing[entries.indices]] = -np.inf
        places, there = _find_entries(entries, rows, columns)
        entries.data[places[there]] = -np.inf
        return entries

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
    if is_shared(scores) or _says_nothing(scores):
        return _top_of_shared(scores[0], eligible, count)
    masked, turn = eligible.mask(scores), tie_order(scores.shape[1])
    if isinstance(masked, np.ndarray):
        best = _top_turns(masked, np.broadcast_to(turn, masked.shape), count)
    else:
        best = _top_turns(*_side_by_side(masked, turn), count)
    return np.where(best >= 0, np.argsort(turn)[best], -1)


def is_shared(scores: Matrix) -> bool:
    """Tell whether all users have the same scores, which are then one row that repeats without a copy."""
    return isinstance(scores, np.ndarray) and scores.strides[0] == 0 and len(scores) > 0


def _says_nothing(scores: Matrix) -> bool:
    """Tell whether all scores are 0, as those of histories are for people without one."""
    return isinstance(scores, np.ndarray) and len(scores) > 0 and not (scores[0].any() or scores.any())


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


def _side_by_side(scores: sp.csr_array, turn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the entries of each row and the turns of their items, (users, longest row), -inf at the end."""
    lengths = np.diff(scores.indptr)
    inside = np.arange(lengths.max(initial=0)) < lengths[:, None]
    values, turns = np.full(inside.shape, -np.inf, dtype=np.float32), np.zeros(inside.shape, dtype=turn.dtype)
    values[inside], turns[inside] = scores.data, turn[scores.indices]
    return values, turns


def _top_turns(values: np.ndarray, turns: np.ndarray, count: int) -> np.ndarray:
    """Return the turns of the largest values of each row, the largest first, (users, count).

    The lists end with -1 where nothing is left.

    Args:
        values: (users, n), -inf where there is nothing.
        turns: (users, n) what decides between equal values: the smaller comes first.
        count: Length of the lists.
    """
    # torch selects in parallel; among equal values at the end of a list it may choose any. One more than
    # asked for tells where it did.
    kept = min(count, values.shape[1])
    one_more = torch.topk(torch.from_numpy(values), min(kept + 1, values.shape[1]))
    top, columns = one_more.values[:, :kept].numpy(), one_more.indices[:, :kept].numpy()
    several = (one_more.values[:, kept:].numpy() == top[:, -1:]).any(axis=1)
    found = np.take_along_axis(turns, columns, axis=1)
    found = np.take_along_axis(found, np.lexsort((found, -top)), axis=1)
    lists = np.full((len(values), count), -1, dtype=np.int64)
    lists[:, :kept] = np.where(np.isneginf(top), -1, found)
    least = top[:, -1:].max(axis=1, initial=-np.inf)
    for user in np.flatnonzero(several & ~np.isneginf(least)):
        above = int((top[user] > least[user]).sum())
        tied = np.sort(turns[user, values[user] == least[user]])
        lists[user, above:kept] = tied[: kept - above]
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
    places, there = _find_entries(scores, users, items)
    return np.where(there, scores.data[places], 0) if scores.nnz else np.zeros(len(users), dtype=np.float32)


def _find_entries(
    matrix: sp.csr_array, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where the entries of pairs are in the data of a matrix, (pairs,), and which are there."""
    matrix.sort_indices()
    width = np.int64(matrix.shape[1])
    entries = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * width + matrix.indices
    wanted = rows * width + columns
    places = np.minimum(np.searchsorted(entries, wanted), max(len(entries) - 1, 0))
    return places, entries[places] == wanted if len(entries) else np.zeros(len(wanted), dtype=bool)


def weights_between(weights: Matrix, history: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Return the entries of pairs of items, (pairs,), in time of the rows asked for and not of the matrix.

    Args:
        weights: (items, items).
        history: (pairs,) positions of rows.
        items: (pairs,) positions of columns.
    """
    if isinstance(weights, np.ndarray):
        return weights[history, items]
    rows, place = np.unique(history, return_inverse=True)
    return entries_at(weights[rows], place, items)
