"""What a set of recommendation lists is like apart from being right: broad, novel, varied, fair to items."""

import numpy as np
import scipy.sparse as sp

from tesserec.metrics.ranking import NO_ITEM, ranking_metrics

_USERS_PER_BLOCK = 2048


def coverage(top_items: np.ndarray, candidates: np.ndarray) -> float:
    """Share of the candidate items that at least one list holds.

    Args:
        top_items: (users, k) item positions, -1 where there is no item.
        candidates: Positions of the items that could be recommended.

    Returns:
        Between 0 and 1; NaN without candidates.
    """
    candidates = np.unique(candidates)
    if not len(candidates):
        return float("nan")
    return float(np.isin(candidates, top_items).mean())


def gini_exposure(top_items: np.ndarray, candidates: np.ndarray) -> float:
    """Gini coefficient of how often each candidate item is listed.

    Args:
        top_items: (users, k) item positions, -1 where there is no item.
        candidates: Positions of the items that could be recommended.

    Returns:
        0 if all candidates are listed equally often, near 1 if few take every place; NaN if none is listed.
    """
    candidates = np.unique(candidates)
    listed = top_items[np.isin(top_items, candidates)]
    if not len(listed):
        return float("nan")
    exposure = np.sort(np.bincount(listed, minlength=candidates.max() + 1)[candidates])
    ranks = np.arange(1, len(exposure) + 1)
    return float((2 * ranks - len(exposure) - 1) @ exposure / (len(exposure) * exposure.sum()))


def novelty(top_items: np.ndarray, holders: np.ndarray, users: int) -> np.ndarray:
    """Mean self-information of each list, `-log2(share of users who have the item)` (Zhou et al. 2010).

    An item that nobody has counts as if one user of `users + 1` had it, so that it is the most novel of all
    and still finite.

    Args:
        top_items: (lists, k) item positions, -1 where there is no item.
        holders: (items,) number of training users who have the item.
        users: Number of training users.

    Returns:
        (lists,) float64 in bits; NaN for an empty list.
    """
    share = np.where(holders > 0, holders / max(users, 1), 1 / (users + 1))
    listed = top_items != NO_ITEM
    information = np.where(listed, -np.log2(share)[top_items], 0.0)
    return _mean_of_listed(information.sum(axis=1), listed.sum(axis=1))


def popularity(top_items: np.ndarray, holders: np.ndarray, users: int) -> np.ndarray:
    """Mean popularity of each list, popularity being the share of training users who have an item.

    Args:
        top_items: (lists, k) item positions, -1 where there is no item.
        holders: (items,) number of training users who have the item.
        users: Number of training users.

    Returns:
        (lists,) float64 between 0 and 1; NaN for an empty list.
    """
    listed = top_items != NO_ITEM
    shares = np.where(listed, (holders / max(users, 1))[top_items], 0.0)
    return _mean_of_listed(shares.sum(axis=1), listed.sum(axis=1))


def popularity_lift(listed: np.ndarray, owned: np.ndarray) -> np.ndarray:
    """How much more popular what users are shown is than what they have, as parts whose mean is the lift.

    The mean over users is `(mean listed - mean owned) / mean owned`, the lift of the group average popularity
    (GAP) of Abdollahpouri et al. 2019 with all users as one group: 0.5 is half as much again. A mean of each
    user's own ratio would be ruled by the few whose history is of hardly known items. An interval of the mean
    takes the mean of what is owned, which all recommenders share, as given.

    Args:
        listed: (users,) mean popularity of each user's list.
        owned: (users,) mean popularity of each user's history.

    Returns:
        (users,) float64; NaN where either is NaN.
    """
    owned = np.where(np.isnan(listed), np.nan, owned)
    known = owned[~np.isnan(owned)]
    return (listed - owned) / known.mean() if known.sum() else np.full(len(owned), np.nan)


def serendipity(top_items: np.ndarray, targets: sp.csr_matrix, expected: np.ndarray) -> np.ndarray:
    """Share of each list that is relevant and not to be expected.

    Expected is what a primitive recommender lists, here popularity (Ge et al. 2010); the relevant rest of
    the list is divided by its length k, as Kotkov et al. 2016 write it. Precision is an upper bound.

    Args:
        top_items: (users, k) item positions, -1 where there is no item.
        targets: (users, items) relevance; every non-zero entry is a relevant item.
        expected: (users, m) positions of the items that the primitive recommender lists, -1 for none.

    Returns:
        (users,) float64 between 0 and 1; NaN for a user without any relevant item.
    """
    k = top_items.shape[1]
    surprising = top_items.copy()
    for column in expected.T:
        surprising[top_items == column[:, None]] = NO_ITEM
    return ranking_metrics(surprising, targets, [k])[f"precision@{k}"]


def diversity(top_items: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Intra-list diversity: one minus the mean cosine between the items of a list (Ziegler et al. 2005).

    Args:
        top_items: (lists, k) item positions, -1 where there is no item.
        vectors: (items, d); an item whose vector is zero is left out of its lists.

    Returns:
        (lists,) float64; NaN for a list with fewer than two usable items.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)
    usable = (top_items != NO_ITEM) & (lengths[:, 0] > 0)[top_items]
    counts = usable.sum(axis=1)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    held = sp.csr_array((np.ones(bounds[-1]), top_items[usable], bounds), shape=(len(counts), len(vectors)))
    squared_sums = np.empty(len(counts))
    for start in range(0, len(counts), _USERS_PER_BLOCK):
        sums = held[start : start + _USERS_PER_BLOCK] @ units  # (lists, d)
        squared_sums[start : start + _USERS_PER_BLOCK] = np.einsum("ud,ud->u", sums, sums)
    # The squared length of a sum of n unit vectors is n plus the cosines of all n(n-1) ordered pairs.
    return 1 - _mean_of_listed(squared_sums - counts, counts * (counts - 1))


def _mean_of_listed(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
