"""How well ranked lists hit held-out items: all users at once, all candidates ranked, nothing sampled."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

NO_ITEM = -1

# Up to this many positives a user's scores are cheaper to compare with each of them than to sort.
_FEW_POSITIVES = 16


def ranking_metrics(
    top_items: np.ndarray, targets: sparse.csr_matrix, ks: Sequence[int]
) -> dict[str, np.ndarray]:
    """Measure each user's list against the user's held-out items, by six metrics at several lengths.

    With `h_r` 1 if the item at rank `r` is relevant and 0 otherwise, and `R` relevant items:

    - `ndcg@k`: `sum_{r<=k} h_r / log2(r + 1)` over the same sum for `min(k, R)` hits at the top
      (Järvelin and Kekäläinen 2002, binary gains).
    - `recall@k`: `hits / R`. Truncated recall divides by `min(k, R)` instead, and is greater where `R > k`;
      the two agree wherever no user has more than `k` relevant items.
    - `precision@k`: `hits / k`, also for lists shorter than `k`.
    - `hit_rate@k`: 1 if there is any hit.
    - `mrr@k`: one over the rank of the first hit, 0 without a hit.
    - `map@k`: `sum_{r<=k} h_r * precision@r`, over `R` (as trec_eval does). Others divide by `min(k, R)`,
      which gives more where `R > k`.

    The values are those of trec_eval, to rounding, but a user without any relevant item counts there as 0.

    Args:
        top_items: (users, K) item positions, best first, each item once; -1 where there is no item.
        targets: (users, items) relevance; every non-zero entry is a relevant item.
        ks: List lengths, each between 1 and K.

    Returns:
        `{"ndcg@10": (users,) float64, ...}`; NaN for a user without any relevant item.

    Raises:
        ValueError: If shapes do not fit, a `k` is outside 1..K, or a list has an item twice.
    """
    _check_lists(top_items, targets, ks)
    hits = _hits(top_items, targets)  # (users, K)
    relevant = np.diff(_binary(targets).indptr).astype(float)  # (users,)
    relevant[relevant == 0] = np.nan
    return {
        f"{name}@{k}": values for k in ks for name, values in _metrics_at(hits[:, :k], relevant, k).items()
    }


def auc(scores: np.ndarray, targets: sparse.csr_matrix, valid: np.ndarray) -> np.ndarray:
    """Probability that a user's relevant item scores above an irrelevant one, ties counted half.

    This is the Mann-Whitney statistic, exact and over all valid items.

    Args:
        scores: (users, items).
        targets: (users, items) relevance; every non-zero entry is a relevant item.
        valid: (users, items) bool; False takes an item out of both sides, such as one that the user has seen.

    Returns:
        (users,) float64; NaN for a user who lacks relevant or irrelevant valid items.

    Raises:
        ValueError: If shapes do not fit or a valid score is NaN.
    """
    if not scores.shape == targets.shape == valid.shape:
        raise ValueError(
            f"shapes differ: scores {scores.shape}, targets {targets.shape}, valid {valid.shape}"
        )
    relevance = _binary(targets)
    # A sum is NaN if a score is, and takes less time than looking at each.
    if np.isnan(scores.sum()) and np.isnan(scores[valid]).any():
        raise ValueError("a valid score is NaN")
    areas = np.full(len(scores), np.nan)
    for user in np.flatnonzero(np.diff(relevance.indptr)):
        columns = relevance.indices[relevance.indptr[user] : relevance.indptr[user + 1]]
        positives = scores[user, columns[valid[user, columns]]]
        left_out = scores[user, np.flatnonzero(~valid[user])]
        areas[user] = _area(scores[user], left_out, positives)
    return areas


def _check_lists(top_items: np.ndarray, targets: sparse.csr_matrix, ks: Sequence[int]) -> None:
    users, length = top_items.shape
    if users != targets.shape[0]:
        raise ValueError(f"{users} lists for {targets.shape[0]} users")
    if wrong := [k for k in ks if not 1 <= k <= length]:
        raise ValueError(f"k={wrong[0]} is outside 1..{length}: make the lists longer or k smaller")
    if top_items.size and not NO_ITEM <= top_items.min() <= top_items.max() < targets.shape[1]:
        raise ValueError(f"item positions must lie between -1 and {targets.shape[1] - 1}")
    ordered = np.sort(top_items, axis=1)
    if ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != NO_ITEM)).any():
        raise ValueError("a list has an item twice")


def _binary(targets: sparse.csr_matrix) -> sparse.csr_matrix:
    binary = sparse.csr_matrix(targets, copy=True)
    binary.sum_duplicates()
    binary.eliminate_zeros()
    return binary


def _hits(top_items: np.ndarray, targets: sparse.csr_matrix) -> np.ndarray:
    """Return (users, K) float64: 1 where the item is relevant to the user."""
    users, items = targets.shape
    binary = _binary(targets)
    rows = np.repeat(np.arange(users, dtype=np.int64), np.diff(binary.indptr))
    relevant_pairs = rows * items + binary.indices  # sorted: rows ascend, and so do columns within a row
    listed_pairs = np.arange(users, dtype=np.int64)[:, None] * items + top_items
    places = np.searchsorted(relevant_pairs, listed_pairs)
    padded = np.append(relevant_pairs, NO_ITEM)
    return ((padded[places] == listed_pairs) & (top_items != NO_ITEM)).astype(float)


def _metrics_at(hits: np.ndarray, relevant: np.ndarray, k: int) -> dict[str, np.ndarray]:
    """Compute the metrics of (users, k) hits; `relevant` (users,) is NaN where a user has no target."""
    ranks = np.arange(1, k + 1)
    discounts = 1 / np.log2(ranks + 1)
    ideal_gains = np.concatenate([[0.0], np.cumsum(discounts)])
    known = np.nan_to_num(relevant).astype(int)
    found = hits.sum(axis=1)
    precisions = np.cumsum(hits, axis=1) / ranks  # (users, k)
    undefined = np.where(np.isnan(relevant), np.nan, 0.0)  # carries NaN into every metric
    ideal = np.where(known > 0, ideal_gains[np.minimum(known, k)], np.nan)
    return {
        "ndcg": hits @ discounts / ideal,
        "recall": found / relevant,
        "precision": found / k + undefined,
        "hit_rate": (found > 0) + undefined,
        "mrr": (hits / ranks).max(axis=1) + undefined,
        "map": (hits * precisions).sum(axis=1) / relevant,
    }


def _area(scores: np.ndarray, left_out: np.ndarray, positives: np.ndarray) -> float:
    """Area under one user's curve; `scores` (items,) hold the `positives` and those that are `left_out`."""
    negatives = len(scores) - len(left_out) - len(positives)
    if not len(positives) or not negatives:
        return np.nan
    # Positives among themselves win half of their n x n comparisons, whatever their scores.
    wins = _wins(positives, scores) - _wins(positives, left_out) - len(positives) ** 2 / 2
    return wins / (len(positives) * negatives)


def _wins(positives: np.ndarray, others: np.ndarray) -> float:
    """Count the pairs of a positive and a lower score, and half the pairs of equal scores."""
    if len(positives) <= _FEW_POSITIVES:
        below = sum(np.count_nonzero(others < score) for score in positives)
        not_above = sum(np.count_nonzero(others <= score) for score in positives)
    else:
        ordered = np.sort(others)  # NaN, which only what is left out may be, comes last
        below = np.searchsorted(ordered, positives, side="left").sum()
        not_above = np.searchsorted(ordered, positives, side="right").sum()
    return float(below + not_above) / 2
