"""The sections of the report, one node each, and the page that they make."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tesserec import report
from tesserec.pipelines.reporting.nodes import FUSED
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.report import FusionBench, Likeness, Offer, PairTable, Results
from tesserec.tables.names import titles_by_id
from tesserec.text.excerpts import shorten

LISTED_MATCHES = 4  # of an item's words, beside the marked text
PACKAGES = ("tesserec", "kedro", "torch", "transformers", "scikit-learn", "scipy", "numpy", "pandas")


def gather_results(
    comparison: pd.DataFrame,
    differences: pd.DataFrame,
    fusion_weights: pd.DataFrame,
    options: ReportingOptions,
) -> Results:
    """Bring together what most sections ask: how good each recommender is."""
    return Results(
        comparison=comparison,
        differences=differences,
        fusion_weights=fusion_weights,
        metric=options.metric,
        fused=FUSED,
        baseline=options.baseline,
    )


def gather_bench(
    protocol: Mapping[str, Any], ablation: pd.DataFrame, text_value: pd.DataFrame
) -> FusionBench:
    """Take what the fusion bench measured, if it did so under the protocol of this run."""
    return FusionBench.under(protocol["protocol_hash"], ablation, text_value)


def tell_quality(
    results: Results,
    recommendations: pd.DataFrame,
    items: pd.DataFrame,
    protocol: Mapping[str, Any],
    pair_metrics: Mapping[str, Any],
    calibration_figure: go.Figure,
    roc_figure: go.Figure,
) -> str:
    """Write what was recommended and how good it is."""
    offer = Offer(
        people=recommendations["user_id"].nunique(),
        catalogue=protocol["candidates"]["listed"] or len(items),
        items_shown=recommendations["item_id"].nunique(),
        length=int(recommendations["rank"].max()) if len(recommendations) else 0,
    )
    return report.quality_section(
        results,
        offer,
        PairTable.of(pair_metrics),
        calibration_figure=calibration_figure,
        roc_figure=roc_figure,
    )


def show_examples(
    recommendations: pd.DataFrame,
    evidence: pd.DataFrame,
    interactions: pd.DataFrame,
    items: pd.DataFrame,
    user_profiles: pd.DataFrame,
    item_texts: pd.DataFrame,
    word_matches: pd.DataFrame,
    options: ReportingOptions,
) -> str:
    """Write what recommendations look like."""
    titles = titles_by_id(items)
    examples = report.choose_examples(
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
    return report.examples_section(examples, private=options.private)


def tell_reproduction(protocol: Mapping[str, Any], options: ReportingOptions) -> str:
    """Write how to get the same again."""
    command = f"kedro run --params data_dir={options.data_dir},output_dir={options.output_dir}"
    return report.reproduction_section(protocol, command, library_versions())


def write_report(options: ReportingOptions, *sections: str) -> str:
    """Put the sections together on one page."""
    return report.build_report(options.title, sections)


def library_versions() -> dict[str, str]:
    """Return the versions of what results depend on."""
    return {package: version(package) for package in PACKAGES}


def _likenesses(
    word_matches: pd.DataFrame, item_texts: pd.DataFrame, titles: Mapping[str, str], options: ReportingOptions
) -> dict[tuple[str, str], Likeness]:
    matched = item_texts[item_texts["item_id"].isin(word_matches["item_id"])]
    texts = {
        item: shorten(text, options.excerpt)
        for item, text in zip(matched["item_id"], matched["contextual"], strict=True)
    }
    return report.likenesses(word_matches, texts, titles, LISTED_MATCHES)
