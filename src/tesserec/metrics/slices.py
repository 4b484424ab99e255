"""For whom a recommender works: a metric over groups of users."""

import numpy as np
import pandas as pd

from tesserec.metrics.significance import bootstrap_interval

# Upper ends of the groups of history lengths; each is twice as wide as the one before.
_UPPER_ENDS = (0, 1, 2, 4, 8, 16, 32, 64, 128)


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
    rows = []
    for group in np.unique(groups):
        values = wide[groups == group]
        interval = bootstrap_interval(values.to_numpy(dtype=float), generator, rounds)
        rows.append(
            pd.DataFrame(
                {
                    "recommender": wide.columns,
                    "history": _group_label(int(group)),
                    "users": values.notna().sum().to_numpy(),
                    **interval._asdict(),
                }
            )
        )
    columns = ["recommender", "history", "users", "value", "low", "high"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def _group_label(group: int) -> str:
    if group == len(_UPPER_ENDS):
        return f"over {_UPPER_ENDS[-1]}"
    low = _UPPER_ENDS[group - 1] + 1 if group else 0
    high = _UPPER_ENDS[group]
    return str(high) if low == high else f"{low}–{high}"
