"""Clean the interactions: one row per event, with a value, a time and a weight that can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.attributes import report_outliers, set_aside
from tesserec.tables.cores import in_core
from tesserec.tables.numbers import read_plain_numbers
from tesserec.tables.places import Place
from tesserec.tables.quality import TableQuality, ignore_columns
from tesserec.tables.references import keep_known_items
from tesserec.tables.timestamps import read_timestamps
from tesserec.tables.weights import weigh_events

UNNAMED_EVENT = "interaction"
SCALED_EVENTS = ("rating", "review")
# The usual scales of stars and points: the data's own is the smallest that holds almost all of its values.
SCALES = (1, 5, 10, 20, 100)
SCALE_SHARE = 0.98
NEGATIVE_SHARE = 0.01
COLUMNS = ["user_id", "item_id", "event", "value", "timestamp", "weight"]


@dataclass(frozen=True)
class EventRules:
    """What the parameters say about events.

    Args:
        event_weights: Weight by kind of event.
        default_event_weight: Weight of kinds that are not listed.
        value_weighting: `auto`, `none`, `linear` or `log`.
        rating_scale: Lowest and highest possible rating, or `auto` to find it in the data.
        date_limits: Earliest and latest possible date, in seconds since 1970.
        minimum_user_events: Fewest events of a user.
        minimum_item_events: Fewest events of an item.
        outlier_fence: See `tesserec.tables.attributes.AttributeRules`.
    """

    event_weights: Mapping[str, float]
    default_event_weight: float
    value_weighting: str
    rating_scale: tuple[float, float] | Literal["auto"]
    date_limits: tuple[float, float]
    minimum_user_events: int
    minimum_item_events: int
    outlier_fence: float


def clean_interactions(
    raw: pd.DataFrame, item_ids: pd.Index, rules: EventRules
) -> tuple[pd.DataFrame, TableQuality]:
    """Clean the interactions.

    Args:
        raw: The table as read.
        item_ids: The known items.
        rules: What the parameters say.

    Returns:
        user_id, item_id, event, value, timestamp and weight of each event, sorted by user, then time (events
        without a time last), then original order; and what happened on the way.

    Raises:
        DataError: If no event is left, or the times mix numbers and dates.
    """
    quality = TableQuality(len(raw))
    ignore_columns(raw, "interactions", quality)
    events = pd.DataFrame({
        "user_id": raw["user_id"],
        "item_id": raw["item_id"],
        "event": clean_labels(raw, "event", UNNAMED_EVENT, quality),
        "value": _read_values(raw, quality),
        "timestamp": clean_timestamps(raw, "interactions", rules.date_limits, quality),
    })  # fmt: skip
    events["value"] = _possible_values(events["event"], events["value"], rules, quality)
    events = keep_known_items(events, item_ids, "interactions", quality)
    events = _drop_duplicate_events(events, quality)
    events = _keep_core(events, rules, quality)
    events["weight"] = weigh_events(
        events["event"],
        events["value"].to_numpy(),
        event_weights=rules.event_weights,
        default_event_weight=rules.default_event_weight,
        value_weighting=rules.value_weighting,
    )
    users = pd.factorize(events["user_id"], sort=True)[0]
    order = np.lexsort((events["timestamp"].to_numpy(), users))
    quality.rows_kept = len(events)
    return events[COLUMNS].iloc[order].reset_index(drop=True), quality


def clean_labels(raw: pd.DataFrame, column: str, default: str, quality: TableQuality) -> pd.Series:
    """Return a column of short labels in lower case, with a default where there is none."""
    if column not in raw:
        return pd.Series(default, index=raw.index, dtype="str")
    codes, unique = pd.factorize(raw[column])
    labels = [str(label).strip().lower() or default for label in unique] + [default]
    quality.fill(column, f"missing becomes {default!r}", int((codes < 0).sum()))
    # Missing values have the code -1, which picks the default at the end.
    return pd.Series(pd.array(labels, dtype="str").take(codes % len(labels)), index=raw.index)


def clean_timestamps(
    raw: pd.DataFrame, table: str, limits: tuple[float, float], quality: TableQuality
) -> np.ndarray:
    """Return the times of a table, NaN where there is none or where a date is outside the limits."""
    if "timestamp" not in raw:
        return np.full(len(raw), np.nan)
    times = read_timestamps(raw["timestamp"], Place(f"table {table}"))
    unreadable = raw["timestamp"][times.unreadable]
    quality.coerce("timestamp", "no number and no ISO date: treated as unknown", unreadable)
    impossible = np.zeros(len(raw), dtype=bool)
    if times.dates:
        impossible = (times.seconds < limits[0]) | (times.seconds > limits[1])
    quality.coerce("timestamp", "impossible date: treated as unknown", raw["timestamp"][impossible])
    return np.where(impossible, np.nan, times.seconds)


def _read_values(raw: pd.DataFrame, quality: TableQuality) -> np.ndarray:
    if "value" not in raw:
        return np.full(len(raw), np.nan)
    values = read_plain_numbers(raw["value"])
    unreadable = np.isnan(values) & raw["value"].notna().to_numpy()
    quality.coerce("value", "not a number: treated as missing", raw["value"][unreadable])
    return values


def _possible_values(
    events: pd.Series, values: pd.Series, rules: EventRules, quality: TableQuality
) -> np.ndarray:
    possible = values.to_numpy().copy()
    for kind in events.unique():
        rows = (events == kind).to_numpy()
        there = possible[rows & ~np.isnan(possible)]
        if not len(there):
            continue
        limits = _limits(kind, there, rules.rating_scale)
        possible[rows] = set_aside(possible[rows], limits, f"value of {kind}", quality)
        report_outliers(possible[rows], rules.outlier_fence, f"value of {kind}", quality)
    return possible


def _limits(
    kind: str, values: np.ndarray, rating_scale: tuple[float, float] | Literal["auto"]
) -> tuple[float, float]:
    """Return the lowest and the highest possible value of one kind of event."""
    if kind in SCALED_EVENTS and rating_scale != "auto":
        return rating_scale
    # A count or a duration below zero is a mistake, unless so many are that the scale goes below zero.
    lowest = 0.0 if (values < 0).mean() <= NEGATIVE_SHARE else -np.inf
    if kind not in SCALED_EVENTS or lowest < 0:
        return lowest, np.inf
    return lowest, next((scale for scale in SCALES if (values <= scale).mean() >= SCALE_SHARE), np.inf)


def _drop_duplicate_events(events: pd.DataFrame, quality: TableQuality) -> pd.DataFrame:
    # Comparing codes is four times as fast as comparing strings.
    compared = ("user_id", "item_id", "event", "value", "timestamp")
    codes = pd.DataFrame({column: pd.factorize(events[column])[0] for column in compared})
    return quality.keep(events, ~codes.duplicated().to_numpy(), "exact duplicate", "user_id")


def _keep_core(events: pd.DataFrame, rules: EventRules, quality: TableQuality) -> pd.DataFrame:
    core = in_core(
        events["user_id"],
        events["item_id"],
        minimum_user_events=rules.minimum_user_events,
        minimum_item_events=rules.minimum_item_events,
    )
    if not core.any():
        raise DataError(
            f"No interaction is left in a core with {rules.minimum_user_events} events per user and "
            f"{rules.minimum_item_events} per item: lower preprocessing.minimum_user_events or "
            "preprocessing.minimum_item_events."
        )
    return quality.keep(events, core, "user or item has too few events", "user_id")
