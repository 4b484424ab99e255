"""What each stage of a run sees: models are fitted three times, on growing data.

`tuning` fits on train and is judged on valid, `testing` fits on train and valid and is judged on test,
`serving` fits on everything and recommends.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

import pandas as pd

Stage = Literal["tuning", "testing", "serving"]

STAGES: tuple[Stage, ...] = ("tuning", "testing", "serving")
HISTORY_SPLITS: Mapping[Stage, frozenset[str]] = MappingProxyType({
    "tuning": frozenset({"train"}),
    "testing": frozenset({"train", "valid"}),
    "serving": frozenset({"train", "valid", "test"}),
})  # fmt: skip
TARGET_SPLIT: Mapping[Stage, str | None] = MappingProxyType(
    {"tuning": "valid", "testing": "test", "serving": None}
)
PAIR = ["user_id", "item_id"]


def history(split_interactions: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Select the events that a stage fits on and that its profiles are made of.

    Args:
        split_interactions: events with a column `split`.
        stage: tuning, testing or serving.

    Returns:
        Their rows in the same order, with a fresh index.
    """
    return split_interactions[_in_history(split_interactions, stage)].reset_index(drop=True)


def targets(split_interactions: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """List the pairs that a stage has to predict: those of its split that its history does not hold.

    Args:
        split_interactions: events with item and user ids, value, weight and split.
        stage: tuning, testing or serving (which has none).

    Returns:
        user_id, item_id, value and weight, one row per pair in the order of the first events. Of several
        events the last with a value speaks (a view, then three stars); without any, the largest weight.
    """
    held_out = split_interactions[split_interactions["split"] == TARGET_SPLIT[stage]]
    seen = pd.MultiIndex.from_frame(history(split_interactions, stage)[PAIR])
    held_out = held_out[~pd.MultiIndex.from_frame(held_out[PAIR]).isin(seen)]
    pairs = held_out.groupby(PAIR, sort=False, as_index=False)["weight"].max()
    # A stable sort: where times are unknown or equal, the row order decides.
    valued = held_out[held_out["value"].notna()].sort_values("timestamp", kind="stable")
    last = valued.drop_duplicates(PAIR, keep="last")[[*PAIR, "value", "weight"]]
    told = pairs[PAIR].merge(last, on=PAIR, how="left", validate="one_to_one")
    return told.assign(weight=told["weight"].fillna(pairs["weight"]))


def candidate_items(
    split_interactions: pd.DataFrame,
    item_ids: Collection[str],
    candidates: Collection[str],
    stage: Stage,
    method: str,
) -> list[str]:
    """List the items that compete in the ranking of a stage, in the order of the items table.

    Under cold_items the held-out items of the stage compete among themselves, as new arrivals do; otherwise
    all items compete, since a list of candidates made for serving need not hold the past's targets. Serving
    ranks the given candidates, or everything if there are none.

    Args:
        split_interactions: events with a column `split`.
        item_ids: ids of all items (items,).
        candidates: ids of the only items to recommend; empty: all.
        stage: tuning, testing or serving.
        method: the resolved split method.

    Returns:
        Item ids without repetition.
    """
    if stage == "serving":
        competing = set(candidates) or set(item_ids)
    elif method == "cold_items":
        held_out = split_interactions["split"] == TARGET_SPLIT[stage]
        competing = set(split_interactions.loc[held_out, "item_id"])
    else:
        competing = set(item_ids)
    return [item for item in dict.fromkeys(item_ids) if item in competing]


def _in_history(split_interactions: pd.DataFrame, stage: Stage) -> pd.Series:
    return split_interactions["split"].isin(HISTORY_SPLITS[stage])
