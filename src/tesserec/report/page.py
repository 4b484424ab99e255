"""Put the report together: one HTML page that opens offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined

from tesserec.metrics.names import metric_label, metric_meaning, recommender_label, split_metric
from tesserec.report import findings, wording
from tesserec.report.documents import rows_of, table_summaries
from tesserec.report.examples import Example
from tesserec.report.figures import page_figures, plotly_source
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


@dataclass(frozen=True)
class Reproduction:
    """How to get the same again: a command and the versions of the libraries."""

    command: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Contents:
    """What the report tells.

    Args:
        results: Tables of the evaluation.
        title: Heading of the page.
        offer: What was recommended, in numbers.
        protocol: How it was evaluated; holds `protocol_hash` and `data_hash`.
        data_quality: What happened to the tables on the way in.
        token_statistics: What reading the texts took.
        examples: People to show with their lists.
        private: Whether their cards show what they wrote and told of themselves.
        reranking: What each step after ranking does, by its name; empty if there is none.
        faithfulness: How far scores fall without what reasons cite, and without other evidence.
        figures: `cutoff`, `history`, `weights`, `popularity`, `activity`, `topic_map`.
        reproduction: How to run it again.
    """

    results: Results
    title: str
    offer: Offer
    protocol: Mapping[str, Any]
    data_quality: Mapping[str, Any]
    token_statistics: Mapping[str, Any]
    examples: Sequence[Example]
    private: bool
    reranking: Mapping[str, str]
    faithfulness: Mapping[str, Any]
    figures: Mapping[str, go.Figure]
    reproduction: Reproduction


def build_report(contents: Contents) -> str:
    """Write the report as one HTML page that loads nothing from anywhere; what came from data is escaped."""
    protocol = {key: value for key, value in contents.protocol.items() if not key.endswith("_hash")}
    derived = {
        **_sentences(contents.results, contents.data_quality),
        **_main_table(contents.results),
        "protocol_rows": list(rows_of(protocol)),
        "tables": table_summaries(contents.data_quality),
        "sources": _SOURCES,
        "figures": page_figures(contents.figures),
        "plotly": plotly_source(),
    }
    return _environment().get_template("report.html").render(vars(contents) | derived)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tesserec.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        metric_label=metric_label,
        metric_meaning=metric_meaning,
        recommender_label=recommender_label,
        count=wording.count,
        share=wording.share,
        signed=wording.signed,
        p_value=wording.p_value,
        words=wording.words,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        rows_of=lambda document: list(rows_of(document)),
    )
    environment.globals.update(
        metric_value=wording.metric_value, interval=findings.interval, is_unknown=wording.is_unknown
    )
    return environment


def _sentences(results: Results, data_quality: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """Return what the results say in words and in headline numbers."""
    return {
        "numbers": findings.headline_numbers(results),
        "quality_sentences": list(findings.quality_in_words(results)),
        "gap_sentences": list(findings.gaps_in_words(results)),
        "text_sentences": list(findings.text_in_words(results)),
        "cautions": list(findings.cautions(results, data_quality)),
    }


def _main_table(results: Results) -> dict[str, Any]:
    """Return what the table of recommenders needs beside the results."""
    return {
        "columns": _table_columns(results),
        "meanings": list(dict.fromkeys(split_metric(name)[0] for name in results.metrics)),
        "best": _best_values(results),
        "scale": _scale(results),
    }


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
