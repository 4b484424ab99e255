"""From scores to lists, in blocks of users."""

import numpy as np
import torch

from tesserec.recommenders.profiles import Profiles

TIE_SEED = 0


def tie_order(n_items: int) -> np.ndarray:
    """Return the turn of each item among items of equal score, (items,): fixed, but arbitrary.

    The order of the table would not do: it often tells how old or how popular an item is, and would lend a
    recommender without a score what it does not know.
    """
    return np.random.default_rng(TIE_SEED).permutation(n_items)


def block_size(n_items: int, numbers: int = 16_000_000) -> int:
    """Return how many users to score at once so that users x items stays below `numbers`."""
    return max(1, numbers // max(n_items, 1))


def allowed_items(profiles: Profiles, candidates: np.ndarray | None, *, repeats: bool = False) -> np.ndarray:
    """Return which items may be recommended to whom, (users, items) bool.

    Args:
        profiles: A block of profiles.
        candidates: Positions of the items that may be recommended; None: all.
        repeats: Allow items that the user already has.
    """
    allowed = np.ones((len(profiles), profiles.n_items), dtype=bool)
    if candidates is not None:
        allowed[:] = False
        allowed[:, candidates] = True
    if not repeats:
        allowed[profiles.rows, profiles.items] = False
    return allowed


def top_items(scores: np.ndarray, allowed: np.ndarray, count: int) -> np.ndarray:
    """Return the best item positions of each user, best first, (users, count) int; -1 where none is left.

    Ties go by `tie_order`.

    Args:
        scores: (users, items).
        allowed: (users, items) bool.
        count: Length of the lists.
    """
    masked = np.where(allowed, scores, np.float32(-np.inf))
    # torch selects in parallel, but in no stable order: it gives the least score of each list, no more.
    threshold = torch.topk(torch.from_numpy(masked), min(count, masked.shape[1])).values[:, -1].numpy()
    turn = tie_order(masked.shape[1])
    lists = np.full((len(masked), count), -1, dtype=np.int64)
    for user, (row, least) in enumerate(zip(masked, threshold, strict=True)):
        best = np.flatnonzero(row >= least) if np.isfinite(least) else np.flatnonzero(np.isfinite(row))
        best = best[np.lexsort((turn[best], -row[best]))][:count]
        lists[user, : len(best)] = best
    return lists
