"""From results to what people and machines read."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
from tesserec.errors import ConfigError
from tesserec.metrics import paired_difference
from tesserec.metrics.slices import history_slices
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.splits import history
from tesserec.tables.names import titles_by_id

FUSED = "fusion"


def summarise_metrics(comparison: pd.DataFrame, protocol: Mapping[str, Any]) -> dict[str, Any]:
    """Put all metrics with what identifies them into one JSON document.

    Args:
        comparison: Columns recommender, metric, value, low, high.
        protocol: Holds `protocol_hash` and `data_hash`.

    Returns:
        `{"protocol_hash", "data_hash", "recommenders": {name: {metric: {"value", "low", "high"}}}}`, with
        None for what is not known, since JSON has no NaN.
    """
    recommenders: dict[str, dict[str, dict[str, float | None]]] = {}
    for row in comparison.itertuples():
        estimate = {part: _known(getattr(row, part)) for part in ("value", "low", "high")}
        recommenders.setdefault(row.recommender, {})[row.metric] = estimate
    return {
        "protocol_hash": protocol["protocol_hash"],
        "data_hash": protocol["data_hash"],
        "recommenders": recommenders,
    }


def measure_differences(user_metrics: pd.DataFrame, options: ReportingOptions) -> pd.DataFrame:
    """Compare the fusion with every other recommender, user by user, by the deciding metric.

    Args:
        user_metrics: Columns recommender, user_id and one per metric.
        options: `metric`, `rounds` and `seed` count here.

    Returns:
        recommender, value (fusion minus recommender), low, high (95 % interval) and p_value; empty without
        fusion.
    """
    _check_metric(user_metrics.columns, options)
    values = user_metrics.pivot(index="user_id", columns="recommender", values=options.metric)
    others = [name for name in values.columns if name != FUSED]
    if FUSED not in values.columns or not others:
        return pd.DataFrame(columns=["recommender", "value", "low", "high", "p_value"])
    fused = np.repeat(values[[FUSED]].to_numpy(), len(others), axis=1)
    generator = np.random.default_rng(options.seed)
    difference = paired_difference(fused, values[others].to_numpy(), generator, options.rounds)
    return pd.DataFrame({"recommender": others, **difference._asdict()})


def draw_comparison(comparison: pd.DataFrame, options: ReportingOptions) -> go.Figure:
    """Draw the deciding metric of all recommenders."""
    return plots.comparison_figure(comparison, options.metric, FUSED)


def draw_cutoffs(comparison: pd.DataFrame, options: ReportingOptions) -> go.Figure:
    """Draw NDCG and recall over the length of the list."""
    return plots.cutoff_figure(comparison, ("ndcg", "recall"), FUSED, options.baseline)


def draw_history(
    user_metrics: pd.DataFrame, split_interactions: pd.DataFrame, options: ReportingOptions
) -> go.Figure:
    """Draw the deciding metric over the number of items that users had when they were tested."""
    _check_metric(user_metrics.columns, options)
    known = history(split_interactions, "testing").groupby("user_id")["item_id"].nunique()
    generator = np.random.default_rng(options.seed)
    slices = history_slices(user_metrics, known, options.metric, generator, options.rounds)
    return plots.history_figure(slices, options.metric, FUSED)


def draw_weights(fusion_weights: pd.DataFrame) -> go.Figure:
    """Draw what the fusion is made of."""
    return plots.weights_figure(fusion_weights)


def draw_popularity(interactions: pd.DataFrame) -> go.Figure:
    """Draw how unequally events fall on items and users."""
    return plots.popularity_figure(interactions)


def draw_activity(interactions: pd.DataFrame) -> go.Figure:
    """Draw when the events happened."""
    return plots.activity_figure(interactions)


def draw_topic_map(item_map: pd.DataFrame, item_cards: pd.DataFrame, items: pd.DataFrame) -> go.Figure:
    """Draw items on a plane, in the colours of their topics."""
    shown = item_map.merge(item_cards[["item_id", "topic", "topic_name"]], on="item_id")
    return plots.topic_map_figure(shown.assign(title=shown["item_id"].map(titles_by_id(items))))


def _check_metric(columns: pd.Index, options: ReportingOptions) -> None:
    if options.metric not in columns:
        measured = ", ".join(name for name in columns if name not in {"recommender", "user_id"})
        raise ConfigError(
            f"Parameter reporting.metric is '{options.metric}', which was not measured; "
            f"choose one of {measured}."
        )


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
