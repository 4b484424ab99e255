"""From a log of events to a history of each person."""

import numpy as np
import pandas as pd

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders.profiles import Profiles

KINDS = 63  # bits of an int64 beside its sign


def build_profiles(interactions: pd.DataFrame, item_ids: np.ndarray, users: FeatureBlocks) -> Profiles:
    """Collect events into one history per user.

    An item stands in a history once, at the time of its last event; its weight is the sum, over the kinds of
    event, of the strongest event of that kind. Of more than 63 kinds the rarest have no name in the profiles:
    their events count, but their kind is unknown.

    Args:
        interactions: Events with user_id, item_id, event, weight, timestamp, sorted by user and time.
        item_ids: (items,) ids in the order of the item features.
        users: Features of the people to build profiles of; their order is kept.
    """
    ordered = bool(interactions["timestamp"].notna().all())
    events = _placed(interactions, item_ids, users, ordered=ordered)
    event_kinds = _most_frequent(events["event"])
    by_kind = events.groupby(["row", "column", "event"], sort=False, observed=True)
    by_kind = by_kind.agg(weight=("weight", "max"), order=("order", "max"), recency=("recency", "min"))
    by_kind = by_kind.reset_index()
    bit = pd.Index(event_kinds, dtype=object).get_indexer(by_kind["event"])
    by_kind["bit"] = np.where(bit >= 0, np.int64(1) << bit.clip(min=0).astype(np.int64), 0)
    pairs = by_kind.groupby(["row", "column"], sort=False)
    # A kind stands once in a pair, so that the sum of the bits sets each of them.
    pairs = pairs.agg(
        weight=("weight", "sum"), order=("order", "max"), recency=("recency", "min"), kinds=("bit", "sum")
    )
    pairs = pairs.reset_index().sort_values(["row", "order"], kind="stable")
    counts = np.bincount(pairs["row"], minlength=len(users))
    return Profiles(
        users.ids,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        pairs["column"].to_numpy(np.int32),
        pairs["weight"].to_numpy(np.float32),
        pairs["recency"].to_numpy(np.float32),
        pairs["kinds"].to_numpy(np.int64),
        len(item_ids),
        ordered,
        dict(users.blocks),
        event_kinds,
        dict(users.names),
    )


def _placed(
    interactions: pd.DataFrame, item_ids: np.ndarray, users: FeatureBlocks, *, ordered: bool
) -> pd.DataFrame:
    """Return the events of known people and items with row, column, order and recency."""
    clock = interactions["timestamp"].to_numpy() if ordered else np.zeros(len(interactions))
    placed = interactions.reset_index(drop=True).assign(
        row=pd.Index(users.ids).get_indexer(interactions["user_id"]),
        column=pd.Index(item_ids).get_indexer(interactions["item_id"]),
        order=np.arange(len(interactions)),
        recency=1 - pd.Series(clock).rank(method="max", pct=True).to_numpy(),
    )
    return placed[(placed["row"] >= 0) & (placed["column"] >= 0)]


def _most_frequent(events: pd.Series) -> tuple[str, ...]:
    counts = events.value_counts()
    ranked = sorted((-count, str(name)) for name, count in counts.items() if count)
    return tuple(sorted(name for _, name in ranked[:KINDS]))
