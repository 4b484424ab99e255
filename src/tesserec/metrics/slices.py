"""For whom, and for what, a recommender works: metrics over slices of the users and of what they look for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.metrics.ranking import ranking_metrics
from tesserec.metrics.significance import interval_table

# Upper ends of the groups of history lengths; each is twice as wide as the one before.
_UPPER_ENDS = (0, 1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Slice:
    """Some of the users, and some of the items that they look for.

    Args:
        slicing: What the slice is one part of: `users`, `items`, `language`, `category`.
        name: Its name there, such as `new` or `tail`.
        users: (users,) bool.
        items: (items,) bool; of the targets of these users, those that count.
    """

    slicing: str
    name: str
    users: np.ndarray
    items: np.ndarray

    def inside(self, targets: sp.csr_array) -> sp.csr_array:
        """Return the targets in the slice, (users, items) like all targets, and nothing elsewhere."""
        entries = sp.coo_array(targets)
        kept = self.users[entries.row] & self.items[entries.col] & (entries.data != 0)
        places = (entries.row[kept], entries.col[kept])
        return sp.csr_array((entries.data[kept], places), shape=targets.shape)


def slice_metrics(top_items: np.ndarray, targets: sp.csr_array, part: Slice, k: int) -> dict[str, np.ndarray]:
    """Measure the lists of one recommender by the targets of a slice alone.

    All candidates still compete: a place that another target takes is as lost as one that any item takes.

    Args:
        top_items: (users, K) item positions, best first, -1 where there is no item.
        targets: (users, items) relevance; every non-zero entry is a relevant item.
        part: The slice.
        k: List length, between 1 and K.

    Returns:
        The metrics of `ranking_metrics`, such as `ndcg@10`, each (users,) float64; NaN for a user who has no
        target in the slice.
    """
    inside = part.inside(targets)
    users = np.flatnonzero(np.diff(inside.indptr))
    metrics = {}
    for name, found in ranking_metrics(top_items[users], inside[users], [k]).items():
        metrics[name] = np.full(len(top_items), np.nan)
        metrics[name][users] = found
    return metrics


def history_slices(
    user_metrics: pd.DataFrame,
    history_lengths: pd.Series,
    metric: str,
    generator: np.random.Generator,
    rounds: int = 1000,
) -> pd.DataFrame:
    """Average a metric over users with histories of similar length.

    Args:
        user_metrics: One row per recommender and user: `recommender, user_id`, and a column per metric.
        history_lengths: Number of known items by user_id; a user who is absent has none.
        metric: A column of `user_metrics`; users for whom it is NaN are left out.
        generator: Source of the bootstrap's draws.
        rounds: Rounds of the bootstrap.

    Returns:
        `recommender, history` (such as `3–4`, groups ascend), `users, value, low, high` (95 %).
    """
    known = user_metrics.dropna(subset=[metric])
    wide = known.pivot(index="user_id", columns="recommender", values=metric)
    lengths = history_lengths.reindex(wide.index).fillna(0).to_numpy()
    groups = np.searchsorted(_UPPER_ENDS, lengths)
    rows = [
        interval_table(wide[groups == group], generator, rounds).assign(history=_group_label(int(group)))
        for group in np.unique(groups)
    ]
    columns = ["recommender", "history", "users", "value", "low", "high"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _group_label(group: int) -> str:
    if group == len(_UPPER_ENDS):
        return f"over {_UPPER_ENDS[-1]}"
    low = _UPPER_ENDS[group - 1] + 1 if group else 0
    high = _UPPER_ENDS[group]
    return str(high) if low == high else f"{low}–{high}"
