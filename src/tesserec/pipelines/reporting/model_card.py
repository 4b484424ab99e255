"""The node that writes the model's card."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tesserec.encoders.provenance import Provenance
from tesserec.pipelines.reporting.nodes import gather_results, reproduction
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.recommenders import Fusion, Recommender
from tesserec.report.model_card import CardContents, Part, Use, build_model_card
from tesserec.tables.timestamps import period_of


def write_model_card(
    recommender: Fusion,
    comparison: pd.DataFrame,
    differences: pd.DataFrame,
    fusion_weights: pd.DataFrame,
    protocol: Mapping[str, Any],
    data_quality: Mapping[str, Any],
    token_statistics: Mapping[str, Any],
    column_roles: Mapping[str, Mapping[str, str]],
    item_texts: pd.DataFrame,
    items: pd.DataFrame,
    interactions: pd.DataFrame,
    faithfulness: Mapping[str, Any],
    stage_costs: Mapping[str, Any],
    options: ReportingOptions,
    **measurements: pd.DataFrame | Mapping[str, Any],
) -> str:
    """Write the card of the recommender that serves.

    Args:
        recommender: The model.
        comparison: Columns recommender, metric, value, low, high, users.
        differences: Columns recommender, value, low, high, p_value.
        fusion_weights: Columns recommender, weight, weight_without_history.
        protocol: How it was evaluated.
        data_quality: What happened to the tables on the way in.
        token_statistics: The encoder, and what it read.
        column_roles: Kinds of values by table and column.
        item_texts: Column language.
        items: Column item_id.
        interactions: Column timestamp.
        faithfulness: Whether the reasons hold.
        stage_costs: What came before cost.
        options: Metric, baseline, folders.
        measurements: By the names of `tesserec.report.model_card.MEASUREMENTS`.
    """
    encoder, told = token_statistics["encoder"], reproduction(options)
    learned_elsewhere = encoder["encoder"] != "lexical"
    contents = CardContents(
        results=gather_results(comparison, differences, fusion_weights, options),
        parts=[_part(name, model) for name, model in recommender.recommenders.items()],
        forms={
            "people with a history": str(recommender.blends.history.form),
            "people without": str(recommender.blends.no_history.form),
        },
        token_statistics=token_statistics,
        provenance=Provenance.find(encoder["model"], encoder["revision"])
        if learned_elsewhere
        else Provenance(),
        languages=item_texts["language"].value_counts().to_dict(),
        period=period_of(interactions["timestamp"]),
        attributes=column_roles["users"],
        protocol=protocol,
        data_quality=data_quality,
        faithfulness=faithfulness,
        costs=stage_costs,
        measurements=measurements,
        use=Use(options.data_dir, options.output_dir, str(items["item_id"].iloc[0])),
        versions=told.versions,
    )
    return build_model_card(contents)


def _part(name: str, model: Recommender) -> Part:
    histories = model.learned.get("histories")
    return Part(name, type(model).__name__, 0 if histories is None else histories.shape[0])
