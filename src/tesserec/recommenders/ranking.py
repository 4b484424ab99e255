"""From scores to lists, in blocks of users."""

import numpy as np
import torch

from tesserec.recommenders.profiles import Profiles


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

    Ties go to the item that comes first, so that a list does not depend on how it was computed.

    Args:
        scores: (users, items).
        allowed: (users, items) bool.
        count: Length of the lists.
    """
    masked = np.where(allowed, scores, np.float32(-np.inf))
    # torch selects in parallel, but in no stable order: it gives the least score of each list, no more.
    threshold = torch.topk(torch.from_numpy(masked), min(count, masked.shape[1])).values[:, -1].numpy()
    lists = np.full((len(masked), count), -1, dtype=np.int64)
    for user, (row, least) in enumerate(zip(masked, threshold, strict=True)):
        best = np.flatnonzero(row >= least) if np.isfinite(least) else np.flatnonzero(np.isfinite(row))
        best = best[np.argsort(-row[best], kind="stable")][:count]
        lists[user, : len(best)] = best
    return lists
