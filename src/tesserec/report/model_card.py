"""The card of the recommender that serves: what it is, what it was judged on, and what not to expect of it.

Sections as in Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993), in a file as the
Hugging Face hub reads it: https://huggingface.co/docs/hub/model-cards.
"""

import json
import shlex
from collections.abc import Mapping, Sequence
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
from tesserec.report.fusion_bench import FusionBench, bench_cautions, bench_in_words
from tesserec.report.markdown import escaped, markdown_table
from tesserec.report.predictions import PairTable
from tesserec.report.results import Estimate, Results

NOT_MEASURED = "Not measured."


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
        slices: For whom and for what the recommenders work; see `tesserec.evaluation.compare_slices`.
        bench: What each part of the system is worth, if that was measured.
        pair_table: How good predicted ratings and likes are; None if none could be judged.
        leakage_checks: See `tesserec.audit.Check`.
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
    slices: pd.DataFrame
    bench: FusionBench
    pair_table: PairTable | None
    leakage_checks: Sequence[Mapping[str, Any]]
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
        "cautions": [*findings.cautions(results, contents.data_quality), *bench_cautions(contents.bench)],
        "slice_table": _slice_table(contents.slices, results),
        "bench_sentences": list(bench_in_words(contents.bench)),
        "prediction_table": _prediction_table(contents.pair_table),
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
    rows = [
        [metric_label(metric), *(_with_interval(metric, results.estimate(name, metric)) for name in names)]
        for metric in _metrics(results)
    ]
    return markdown_table(["metric", *map(recommender_label, names)], rows)


def _slice_table(slices: pd.DataFrame, results: Results) -> Markup | str:
    """Return what decides of this model, in every slice that has targets."""
    rows = slices[(slices["recommender"] == results.fused) & (slices["targets"] > 0)]
    rows = rows[rows["metric"] == results.metric]
    if rows.empty:
        return NOT_MEASURED
    cells = (
        (
            wording.words(row.slicing),
            row.slice,
            wording.count(row.users),
            wording.count(row.targets),
            _with_interval(results.metric, Estimate(row.value, row.low, row.high)),
        )
        for row in rows.itertuples()
    )
    return markdown_table(("by", "slice", "people", "targets", metric_label(results.metric)), cells)


def _prediction_table(pair_table: PairTable | None) -> Markup | str:
    if pair_table is None:
        return NOT_MEASURED
    rows = (
        (recommender_label(name), *(_with_interval(metric, values[metric]) for metric in pair_table.metrics))
        for name, values in pair_table.rows.items()
    )
    return markdown_table(("predictor", *map(metric_label, pair_table.metrics)), rows)


def _with_interval(metric: str, estimate: Estimate | None) -> str:
    if estimate is None:
        return "not measured"
    interval = findings.interval(metric, estimate)
    return wording.metric_value(metric, estimate.value) + (f" ({interval})" if interval else "")


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
