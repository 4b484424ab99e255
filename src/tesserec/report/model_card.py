"""The card of the recommender that serves: what it is, what it was judged on, and what not to expect of it.

Sections as in Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993), in a file as the
Hugging Face hub reads it: https://huggingface.co/docs/hub/model-cards.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from huggingface_hub import EvalResult, ModelCardData
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tesserec.encoders.provenance import Provenance
from tesserec.metrics.names import metric_label, recommender_label, split_metric
from tesserec.report import findings, wording
from tesserec.report.documents import rows_of, table_summaries
from tesserec.report.markdown import escaped, markdown_table
from tesserec.report.results import Results

NOT_MEASURED = "Not measured."
# What may have been measured beside the comparison: the name of its dataset, and the question it answers.
MEASUREMENTS = {
    "slices": "For whom and for which items does it work?",
    "ablation": "What is each part worth?",
    "pair_metrics": "How good are predicted ratings and likes?",
    "leakage_checks": "Did anything leak from the test data?",
}


@dataclass(frozen=True)
class Part:
    """A recommender inside the model.

    Args:
        name: As the parameters call it.
        kind: Its class.
        people: How many people's histories it keeps.
    """

    name: str
    kind: str
    people: int


@dataclass(frozen=True)
class Use:
    """What a reader needs to try the model.

    Args:
        data_dir: Where its tables are.
        output_dir: Where the run wrote it.
        item_id: Of an item that exists.
    """

    data_dir: str
    output_dir: str
    item_id: str

    @property
    def command(self) -> Markup:
        """The command that asks it, for a shell."""
        places = f"data_dir={self.data_dir},output_dir={self.output_dir}"
        return Markup(shlex.join(["kedro", "ask", "--like", self.item_id, "--params", places]))

    @property
    def folder(self) -> Markup:
        """Where it is, as Python writes a string."""
        return Markup(json.dumps(self.output_dir, ensure_ascii=False))


@dataclass(frozen=True)
class CardContents:
    """What the card tells.

    Args:
        results: Tables of the evaluation.
        parts: The recommenders inside.
        forms: How their scores become one, by whom it is for.
        token_statistics: The encoder, and what it read.
        provenance: Where the encoder comes from.
        languages: Number of items by language.
        period: First and last time of an event; None if times are unknown.
        attributes: Columns of the table users, and what kind of values they hold.
        protocol: How it was evaluated; holds `protocol_hash` and `data_hash`.
        data_quality: What happened to the tables on the way in.
        faithfulness: How far scores fall without what reasons cite, and without other evidence.
        costs: See `tesserec.costs.add_cost`.
        measurements: Tables or documents by the names of `MEASUREMENTS`; what is missing was not measured.
        use: How to try it.
        versions: Of the libraries.
    """

    results: Results
    parts: Sequence[Part]
    forms: Mapping[str, str]
    token_statistics: Mapping[str, Any]
    provenance: Provenance
    languages: Mapping[str, int]
    period: tuple[str, str] | None
    attributes: Mapping[str, str]
    protocol: Mapping[str, Any]
    data_quality: Mapping[str, Any]
    faithfulness: Mapping[str, Any]
    costs: Mapping[str, Any]
    measurements: Mapping[str, pd.DataFrame | Mapping[str, Any]]
    use: Use
    versions: Mapping[str, str]


def build_model_card(contents: CardContents) -> str:
    """Write the card as Markdown with a YAML header; what came from data is escaped."""
    protocol = {key: value for key, value in contents.protocol.items() if not key.endswith("_hash")}
    results = contents.results
    derived = {
        "header": Markup(_header(contents).strip()),
        "not_measured": NOT_MEASURED,
        "fitted": contents.costs.get("nodes", {}).get("recommendation.fit_recommender", {}).get("started"),
        "part_table": _part_table(contents),
        "encoder_table": markdown_table(("", ""), rows_of(contents.token_statistics["encoder"])),
        "unread": _unread(contents),
        "tables": _data_table(contents.data_quality),
        "protocol_table": markdown_table(("", ""), rows_of(protocol)),
        "quality_table": _quality_table(results),
        "sentences": [*findings.gaps_in_words(results), *findings.text_in_words(results)],
        "cautions": list(findings.cautions(results, contents.data_quality)),
        "measured": {
            question: _measured(contents.measurements.get(name), results)
            for name, question in MEASUREMENTS.items()
        },
        "keepers": [part for part in contents.parts if part.people],
        "cost_table": _cost_table(contents.costs),
        "version_table": markdown_table(("library", "version"), contents.versions.items()),
    }
    return _environment().get_template("model_card.md").render(vars(contents) | derived)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tesserec.report"),
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(count=wording.count, share=wording.share, label=recommender_label)
    return environment


def _header(contents: CardContents) -> str:
    results = contents.results
    found = {name: results.estimate(results.fused, name) for name in _metrics(results)}
    measured = [
        EvalResult(
            task_type="recommendation",
            dataset_type="tesserec",
            dataset_name=f"data hash {contents.protocol['data_hash']}",
            metric_type=name,
            metric_name=metric_label(name),
            metric_value=estimate.value,
        )
        for name, estimate in found.items()
        if estimate is not None
    ]
    return ModelCardData(
        language=[*contents.languages],
        library_name="tesserec",
        tags=["recommendation", "text", "collaborative-filtering"],
        base_model=contents.provenance.hub_name,
        model_name="recommender",
        eval_results=measured,
    ).to_yaml(line_break="\n")


def _part_table(contents: CardContents) -> Markup:
    weights = contents.results.fusion_weights.set_index("recommender")

    def weight(name: str, column: str) -> str:
        known = name in weights.index and column in weights
        return wording.share(weights.at[name, column] if known else None)

    rows = [
        (part.name, part.kind, weight(part.name, "weight"), weight(part.name, "weight_without_history"))
        for part in contents.parts
    ]
    return markdown_table(("recommender", "class", "weight", "weight without a history"), rows)


def _unread(contents: CardContents) -> dict[str, int]:
    """Return the languages of items that the encoder's own card does not name; nothing if it names none."""
    known = contents.provenance.languages
    return {name: items for name, items in contents.languages.items() if known and name not in known}


def _data_table(data_quality: Mapping[str, Any]) -> Markup:
    tables = [table for table in table_summaries(data_quality) if table.rows_read]
    rows = [(table.name, wording.count(table.rows_read), wording.count(table.rows_kept)) for table in tables]
    return markdown_table(("table", "rows read", "rows kept"), rows)


def _metrics(results: Results) -> list[str]:
    """Return the metrics at the length that decides, and those without a length."""
    return [name for name in results.metrics if split_metric(name)[1] in {None, results.k}]


def _quality_table(results: Results) -> Markup:
    rivals = (results.fused, results.baseline, *results.singles[:1], *results.text_free[:1])
    names = [name for name in dict.fromkeys(rivals) if name in results.recommenders]
    rows = [[metric_label(metric), *_estimates(results, names, metric)] for metric in _metrics(results)]
    return markdown_table(["metric", *map(recommender_label, names)], rows)


def _estimates(results: Results, names: Sequence[str], metric: str) -> Iterator[str]:
    for name in names:
        estimate = results.estimate(name, metric)
        if estimate is None:
            yield "not measured"
            continue
        interval = findings.interval(metric, estimate)
        yield wording.metric_value(metric, estimate.value) + (f" ({interval})" if interval else "")


def _measured(found: pd.DataFrame | Mapping[str, Any] | None, results: Results) -> Markup | str:
    """Return a measurement as a table; of many recommenders and metrics, what decides of this model."""
    if found is None or not len(found):
        return NOT_MEASURED
    if not isinstance(found, pd.DataFrame):
        return markdown_table(("", ""), rows_of(found))
    rows = found.astype(object).where(found.notna(), wording.UNKNOWN)
    for column, wanted in (("recommender", results.fused), ("metric", results.metric)):
        if column in rows and (rows[column] == wanted).any():
            rows = rows[rows[column] == wanted]
    header = [wording.words(str(name)) for name in rows.columns]
    return markdown_table(header, (map(wording.setting, row) for row in rows.to_numpy().tolist()))


def _cost_table(costs: Mapping[str, Any]) -> Markup | str:
    if not costs.get("pipelines"):
        return NOT_MEASURED
    rows = [
        (
            wording.words(name),
            f"{entry['seconds']:,.1f}",
            f"{entry['processor_seconds']:,.1f}",
            f"{entry['peak_gib']:.2f}",
            entry["started"],
        )
        for name, entry in costs["pipelines"].items()
    ]
    return markdown_table(("stage", "seconds", "processor seconds", "peak GiB", "started"), rows)
