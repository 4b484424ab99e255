"""From results to what people and machines read."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
from tesserec.errors import ConfigError
from tesserec.evaluation.pairs import EVERYONE
from tesserec.metrics import holm, paired_difference
from tesserec.metrics.names import is_variant
from tesserec.metrics.slices import history_slices
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.splits import history
from tesserec.tables.names import titles_by_id

FUSED = "fusion"


def summarise_metrics(
    comparison: pd.DataFrame, pair_metrics: Mapping[str, Any], protocol: Mapping[str, Any]
) -> dict[str, Any]:
    """Put all metrics with what identifies them into one JSON document.

    Args:
        comparison: Columns recommender, metric, value, low, high.
        pair_metrics: Holds `predictors`, of which the metrics over all pairs are told.
        protocol: Holds `protocol_hash` and `data_hash`.

    Returns:
        `{"protocol_hash", "data_hash", "recommenders": {name: {metric: {"value", "low", "high"}}}, "pairs":
        {predictor: the same}}`, with None for what is not known, since JSON has no NaN.
    """
    recommenders: dict[str, dict[str, dict[str, float | None]]] = {}
    for row in comparison.itertuples():
        estimate = {part: _known(getattr(row, part)) for part in ("value", "low", "high")}
        recommenders.setdefault(row.recommender, {})[row.metric] = estimate
    return {
        "protocol_hash": protocol["protocol_hash"],
        "data_hash": protocol["data_hash"],
        "recommenders": recommenders,
        "pairs": {name: groups[EVERYONE] for name, groups in pair_metrics["predictors"].items()},
    }


def measure_differences(user_metrics: pd.DataFrame, options: ReportingOptions) -> pd.DataFrame:
    """Compare the fusion with every other recommender, user by user, by the deciding metric.

    The best single recommender is known only from the test data, so no p-value of one comparison would do
    for it. The p-values of all of them are corrected for their number: what then holds, holds for whichever
    is the best. The fusion's own variants after re-ranking answer another question, what a rule costs, and
    their number hangs on the rules that are switched on: they are corrected among themselves.

    Args:
        user_metrics: Columns recommender, user_id and one per metric.
        options: `metric`, `rounds` and `seed` count here.

    Returns:
        recommender, value (fusion minus recommender), low, high (95 % interval), p_value (randomisation test)
        and p_holm (corrected by Holm's method). The single recommenders come first, and of these the one
        that the fusion is least ahead of: the best. Empty without fusion.
    """
    _check_metric(user_metrics.columns, options)
    values = user_metrics.pivot(index="user_id", columns="recommender", values=options.metric)
    others = [name for name in values.columns if name != FUSED]
    if FUSED not in values.columns or not others:
        return pd.DataFrame(columns=["recommender", "value", "low", "high", "p_value", "p_holm"])
    fused = np.repeat(values[[FUSED]].to_numpy(), len(others), axis=1)
    generator = np.random.default_rng(options.seed)
    difference = paired_difference(fused, values[others].to_numpy(), generator, options.rounds)
    rows = pd.DataFrame({"recommender": others, **difference._asdict()})
    variant = np.array([is_variant(name, FUSED) for name in others])
    rows["p_holm"] = rows.groupby(variant)["p_value"].transform(lambda family: holm(family.to_numpy()))
    return rows.iloc[np.lexsort((rows["value"], variant))].reset_index(drop=True)


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


def draw_slices(slices: pd.DataFrame, comparison: pd.DataFrame, options: ReportingOptions) -> go.Figure:
    """Draw where the fusion, the best single recommender and the baseline work.

    Slices are measured by few metrics, at one length of list: by the first of these where the deciding metric
    is none of them.
    """
    deciding = comparison[comparison["metric"] == options.metric]
    drawn = plots.leaders(deciding, FUSED, options.baseline, shown=3)
    measured = slices["metric"].unique()
    metric = options.metric if options.metric in measured else measured[0]
    return plots.slice_figure(slices, metric, drawn, FUSED)


def draw_weights(fusion_weights: pd.DataFrame) -> go.Figure:
    """Draw what the fusion is made of."""
    return plots.weights_figure(fusion_weights)


def draw_popularity(interactions: pd.DataFrame) -> go.Figure:
    """Draw how unequally events fall on items and users."""
    return plots.popularity_figure(interactions)


def draw_activity(interactions: pd.DataFrame) -> go.Figure:
    """Draw when the events happened."""
    return plots.activity_figure(interactions)


def draw_costs(
    stage_costs: Mapping[str, Any], token_statistics: Mapping[str, Any], *results: object
) -> go.Figure:
    """Draw what each pipeline cost.

    Args:
        stage_costs: See `tesserec.costs.add_cost`.
        token_statistics: Holds the number of texts that were read.
        results: Not looked at: the figure waits for them, so that what they cost is known.
    """
    return plots.cost_figure(stage_costs, token_statistics["this_run"]["texts"])


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
