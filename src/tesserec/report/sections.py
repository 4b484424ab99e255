"""The sections of the report, each the answer to one question of a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from tesserec.metrics.names import split_metric
from tesserec.plots import ablation_figure, text_value_figure
from tesserec.report import findings, wording
from tesserec.report.documents import rows_of, table_summaries
from tesserec.report.examples import Example
from tesserec.report.fusion_bench import FusionBench, bench_cautions, bench_in_words
from tesserec.report.predictions import PairTable
from tesserec.report.rendering import render
from tesserec.report.results import Results

# Where a score came from, in words.
_SOURCES = {
    "content": "content like that of the history",
    "behaviour": "chosen together with the history",
    "people": "people with a like taste",
    "attributes": "kinds of items in the history",
    "profile": "people of like attributes and texts",
    "words": "what the person wrote",
    "popularity": "popularity",
}
_ACCURACY = {"ndcg", "recall", "precision", "hit_rate", "mrr", "map", "auc"}


@dataclass(frozen=True)
class Offer:
    """What was recommended, in numbers.

    Args:
        people: People who got a list.
        catalogue: Items there are.
        items_shown: Different items in all lists.
        length: Length of the longest list.
    """

    people: int
    catalogue: int
    items_shown: int
    length: int


def quality_section(
    results: Results,
    offer: Offer,
    pair_table: PairTable | None,
    *,
    calibration_figure: go.Figure,
    roc_figure: go.Figure,
) -> Markup:
    """Answer: what was recommended, and how good is it?

    Args:
        results: Tables of the evaluation.
        offer: What was recommended, in numbers.
        pair_table: How good predicted ratings and likes are; None if none could be judged.
        calibration_figure: Whether predicted probabilities hold.
        roc_figure: How well likes are told from the rest.
    """
    facts = {
        "pair_table": pair_table,
        "calibration_figure": calibration_figure,
        "roc_figure": roc_figure,
        "offer": offer,
        "sentences": list(findings.quality_in_words(results)),
        "numbers": findings.headline_numbers(results),
    }
    return render("quality.html", facts)


def baseline_section(
    results: Results,
    reranking: Mapping[str, str],
    *,
    cutoff_figure: go.Figure,
    history_figure: go.Figure,
    slice_figure: go.Figure,
) -> Markup:
    """Answer: what would a simple baseline do?

    Args:
        results: Tables of the evaluation.
        reranking: What each step after ranking does, by its name; empty if there is none.
        cutoff_figure: Quality over the length of the list.
        history_figure: Quality over the length of the history.
        slice_figure: Quality by kind of person and item.
    """
    facts = {
        "results": results,
        "sentences": list(findings.gaps_in_words(results)),
        "columns": _table_columns(results),
        "meanings": list(dict.fromkeys(split_metric(name)[0] for name in results.metrics)),
        "best": _best_values(results),
        "scale": _scale(results),
        "reranking": reranking,
        "cutoff_figure": cutoff_figure,
        "history_figure": history_figure,
        "slice_figure": slice_figure,
    }
    return render("baseline.html", facts)


def text_section(
    results: Results, bench: FusionBench, *, topic_map_figure: go.Figure, weights_figure: go.Figure
) -> Markup:
    """Answer: does the text help, and for whom?

    Args:
        results: Tables of the evaluation.
        bench: What the system is worth without the text, and without each other part.
        topic_map_figure: Items by what they are about.
        weights_figure: What the fusion listens to.
    """
    facts = {
        "sentences": list(findings.text_in_words(results)),
        "bench": bench,
        "bench_sentences": list(bench_in_words(bench)),
        "ablation_figure": ablation_figure(bench.ablation),
        "text_value_figure": text_value_figure(bench.text_value),
        "topic_map_figure": topic_map_figure,
        "weights_figure": weights_figure,
    }
    return render("text.html", facts)


def trust_section(
    results: Results,
    protocol: Mapping[str, Any],
    data_quality: Mapping[str, Any],
    faithfulness: Mapping[str, Any],
    leakage_checks: Sequence[Mapping[str, Any]],
    bench: FusionBench,
    *,
    popularity_figure: go.Figure,
    activity_figure: go.Figure,
) -> Markup:
    """Answer: can I trust it?

    Args:
        results: Tables of the evaluation.
        protocol: How it was evaluated; holds `protocol_hash` and `data_hash`.
        data_quality: What happened to the tables on the way in.
        faithfulness: How far scores fall without what reasons cite, and without other evidence.
        leakage_checks: What was looked at before anything was trained; see `tesserec.audit.Check`.
        bench: What the text is worth against its controls.
        popularity_figure: How unequally events fall on items and people.
        activity_figure: When the events happened.
    """
    told = {key: value for key, value in protocol.items() if not key.endswith("_hash")}
    facts = {
        "cautions": [*findings.cautions(results, data_quality), *bench_cautions(bench)],
        "faithfulness": faithfulness,
        "leakage_checks": leakage_checks,
        "protocol": protocol,
        "protocol_rows": list(rows_of(told)),
        "tables": table_summaries(data_quality),
        "popularity_figure": popularity_figure,
        "activity_figure": activity_figure,
    }
    return render("trust.html", facts)


def examples_section(examples: Sequence[Example], *, private: bool) -> Markup:
    """Answer: what do recommendations look like?

    Args:
        examples: People with their lists.
        private: Whether their cards show what they wrote and told of themselves.
    """
    return render("examples.html", {"examples": examples, "private": private, "sources": _SOURCES})


def cost_section(
    token_statistics: Mapping[str, Any], stage_costs: Mapping[str, Any], *, cost_figure: go.Figure
) -> Markup:
    """Answer: what did it cost?

    Args:
        token_statistics: What reading the texts took.
        stage_costs: See `tesserec.costs.add_cost`.
        cost_figure: Seconds and memory of each pipeline.
    """
    facts = {
        "token_statistics": token_statistics,
        "pipelines": stage_costs.get("pipelines", {}),
        "cost_figure": cost_figure,
    }
    return render("cost.html", facts)


def reproduction_section(protocol: Mapping[str, Any], command: str, versions: Mapping[str, str]) -> Markup:
    """Answer: how do I reproduce it?

    Args:
        protocol: Holds `protocol_hash` and `data_hash`.
        command: What to run.
        versions: Of the libraries.
    """
    return render("reproduce.html", {"protocol": protocol, "command": command, "versions": versions})


def _table_columns(results: Results) -> list[str]:
    """Return the metrics of the main table beside the deciding one: those at the same length of list."""
    bases = ("hit_rate", "recall", "coverage", "diversity")
    return [
        name
        for base in bases
        if (name := f"{base}@{results.k}") in results.metrics and name != results.metric
    ]


def _best_values(results: Results) -> dict[str, float]:
    """Return the highest value of each metric of which more is better."""
    rows = results.comparison.dropna(subset=["value"])
    accuracy = rows[rows["metric"].str.split("@").str[0].isin(_ACCURACY)]
    return accuracy.groupby("metric")["value"].max().to_dict()


def _scale(results: Results) -> float:
    """Return the right end of the bars in the main table."""
    rows = results.comparison[results.comparison["metric"] == results.metric]
    highest = rows[["value", "high"]].max(axis=None)
    return 1.0 if wording.is_unknown(highest) or highest <= 0 else float(highest)
