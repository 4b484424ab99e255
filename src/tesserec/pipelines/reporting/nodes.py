"""From results to what people and machines read."""

import math
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
from tesserec.errors import ConfigError
from tesserec.evaluation.pairs import EVERYONE
from tesserec.metrics import paired_difference
from tesserec.metrics.slices import history_slices
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.report import (
    Contents,
    Likeness,
    Offer,
    Reproduction,
    Results,
    build_report,
    choose_examples,
    likenesses,
)
from tesserec.splits import history
from tesserec.tables.names import titles_by_id
from tesserec.text.excerpts import shorten

FUSED = "fusion"
LISTED_MATCHES = 4  # of an item's words, beside the marked text
PACKAGES = ("tesserec", "kedro", "torch", "transformers", "scikit-learn", "scipy", "numpy", "pandas")


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


def write_report(
    comparison: pd.DataFrame,
    differences: pd.DataFrame,
    fusion_weights: pd.DataFrame,
    protocol: Mapping[str, Any],
    data_quality: Mapping[str, Any],
    token_statistics: Mapping[str, Any],
    recommendations: pd.DataFrame,
    evidence: pd.DataFrame,
    interactions: pd.DataFrame,
    items: pd.DataFrame,
    user_profiles: pd.DataFrame,
    item_texts: pd.DataFrame,
    word_matches: pd.DataFrame,
    reranking_steps: Mapping[str, str],
    faithfulness: Mapping[str, Any],
    options: ReportingOptions,
    **figures: go.Figure,
) -> str:
    """Write the HTML report; its figures are those that Kedro-Viz shows."""
    titles = titles_by_id(items)
    examples = choose_examples(
        recommendations,
        evidence,
        interactions,
        titles,
        user_profiles,
        _likenesses(word_matches, item_texts, titles, options),
        people=options.people,
        history=options.history,
        suggestions=options.suggestions,
        private=options.private,
    )
    contents = Contents(
        results=_results(comparison, differences, fusion_weights, options),
        title=options.title,
        offer=_offer(recommendations, items, protocol),
        protocol=protocol,
        data_quality=data_quality,
        token_statistics=token_statistics,
        examples=examples,
        private=options.private,
        reranking=reranking_steps,
        faithfulness=faithfulness,
        figures={name.removesuffix("_figure"): figure for name, figure in figures.items()},
        reproduction=_reproduction(options),
    )
    return build_report(contents)


def _likenesses(
    word_matches: pd.DataFrame, item_texts: pd.DataFrame, titles: Mapping[str, str], options: ReportingOptions
) -> dict[tuple[str, str], Likeness]:
    matched = item_texts[item_texts["item_id"].isin(word_matches["item_id"])]
    texts = {
        item: shorten(text, options.excerpt)
        for item, text in zip(matched["item_id"], matched["contextual"], strict=True)
    }
    return likenesses(word_matches, texts, titles, LISTED_MATCHES)


def _results(
    comparison: pd.DataFrame,
    differences: pd.DataFrame,
    fusion_weights: pd.DataFrame,
    options: ReportingOptions,
) -> Results:
    return Results(
        comparison=comparison,
        differences=differences,
        fusion_weights=fusion_weights,
        metric=options.metric,
        fused=FUSED,
        baseline=options.baseline,
        text_recommenders=options.text_recommenders,
    )


def _reproduction(options: ReportingOptions) -> Reproduction:
    command = f"kedro run --params data_dir={options.data_dir},output_dir={options.output_dir}"
    return Reproduction(command, {package: version(package) for package in PACKAGES})


def _offer(recommendations: pd.DataFrame, items: pd.DataFrame, protocol: Mapping[str, Any]) -> Offer:
    return Offer(
        people=recommendations["user_id"].nunique(),
        catalogue=protocol["candidates"]["listed"] or len(items),
        items_shown=recommendations["item_id"].nunique(),
        length=int(recommendations["rank"].max()) if len(recommendations) else 0,
    )


def _check_metric(columns: pd.Index, options: ReportingOptions) -> None:
    if options.metric not in columns:
        measured = ", ".join(name for name in columns if name not in {"recommender", "user_id"})
        raise ConfigError(
            f"Parameter reporting.metric is '{options.metric}', which was not measured; "
            f"choose one of {measured}."
        )


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
