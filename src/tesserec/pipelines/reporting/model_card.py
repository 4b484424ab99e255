"""The node that writes the model's card."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tesserec.encoders.provenance import Provenance
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.pipelines.reporting.sections import library_versions
from tesserec.recommenders import Fusion, Recommender
from tesserec.report import FusionBench, PairTable, Results
from tesserec.report.model_card import CardContents, Part, Use, build_model_card
from tesserec.tables.timestamps import period_of


def write_model_card(
    recommender: Fusion,
    results: Results,
    protocol: Mapping[str, Any],
    data_quality: Mapping[str, Any],
    token_statistics: Mapping[str, Any],
    column_roles: Mapping[str, Mapping[str, str]],
    item_texts: pd.DataFrame,
    items: pd.DataFrame,
    interactions: pd.DataFrame,
    faithfulness: Mapping[str, Any],
    stage_costs: Mapping[str, Any],
    slices: pd.DataFrame,
    fusion_bench: FusionBench,
    pair_metrics: Mapping[str, Any],
    leakage_checks: Sequence[Mapping[str, Any]],
    options: ReportingOptions,
) -> str:
    """Write the card of the recommender that serves."""
    contents = CardContents(
        results=results,
        parts=[_part(name, model) for name, model in recommender.recommenders.items()],
        forms={
            "people with a history": str(recommender.blends.history.form),
            "people without": str(recommender.blends.no_history.form),
        },
        token_statistics=token_statistics,
        provenance=_provenance(token_statistics["encoder"]),
        languages=item_texts["language"].value_counts().to_dict(),
        period=period_of(interactions["timestamp"]),
        attributes=column_roles["users"],
        protocol=protocol,
        data_quality=data_quality,
        faithfulness=faithfulness,
        costs=stage_costs,
        slices=slices,
        bench=fusion_bench,
        pair_table=PairTable.of(pair_metrics),
        leakage_checks=leakage_checks,
        use=Use(options.data_dir, options.output_dir, str(items["item_id"].iloc[0])),
        versions=library_versions(),
    )
    return build_model_card(contents)


def _part(name: str, model: Recommender) -> Part:
    histories = model.learned.get("histories")
    return Part(name, type(model).__name__, 0 if histories is None else histories.shape[0])


def _provenance(encoder: Mapping[str, Any]) -> Provenance:
    """Return where the encoder comes from; the lexical one was learned from these very texts."""
    if encoder["encoder"] == "lexical":
        return Provenance()
    return Provenance.find(encoder["model"], encoder["revision"])
