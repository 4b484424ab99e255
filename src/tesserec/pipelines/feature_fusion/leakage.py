"""The step that lets training data pass only if nothing in it tells of what models are judged on."""

import logging
from dataclasses import asdict
from typing import Any

import pandas as pd

from tesserec.audit import (
    Allowed,
    Check,
    Log,
    Sources,
    check_blocks,
    check_groups,
    check_histories,
    check_links,
    check_opinions,
    check_popularity,
    check_split,
)
from tesserec.encoders import Embeddings
from tesserec.features.blocks import FeatureBlocks
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.recommenders import Popularity, TrainingData

logger = logging.getLogger(__name__)


def check_leakage(
    split_interactions: pd.DataFrame,
    protocol: dict[str, Any],
    items: pd.DataFrame,
    users: pd.DataFrame,
    relations: pd.DataFrame,
    column_roles: dict[str, dict[str, str]],
    item_texts: pd.DataFrame,
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    item_topics: pd.DataFrame,
    item_interests: pd.DataFrame,
    opinions: pd.DataFrame,
    tuning_features: TrainingData,
    testing_features: TrainingData,
    options: FeatureFusionOptions,
) -> tuple[TrainingData, TrainingData, list[dict[str, Any]]]:
    """Count anew what the stages that are judged may know, and compare; see `tesserec.audit`.

    Returns:
        The training data of both stages, as they came, and the checks that they passed: stage, check,
        compared, looked_at and passed.
    """
    sources = Sources.of(items, users, column_roles, item_texts, user_texts, user_text_embeddings)
    log = Log.of(split_interactions)
    tuning, testing = Allowed("tuning", log), Allowed("testing", log)
    checks = [
        check_split(log, protocol["split"]["method"]),
        check_groups(item_topics, "topic", tuning),
        check_groups(item_interests, "interest", tuning),
        check_opinions(opinions, tuning),
        *_check_stage(tuning_features, sources, relations, tuning, options),
        *_check_stage(testing_features, sources, relations, testing, options),
    ]
    logger.info("%d leakage checks passed", len(checks))
    return tuning_features, testing_features, [asdict(check) for check in checks]


def _check_stage(
    data: TrainingData,
    sources: Sources,
    relations: pd.DataFrame,
    allowed: Allowed,
    options: FeatureFusionOptions,
) -> list[Check]:
    profiles, items = data.profiles, data.items
    people = FeatureBlocks(profiles.user_ids, profiles.blocks, profiles.names)
    popularity = Popularity().fit(data).learned["scores"]
    hidden = allowed.forbidden(sources.texts)
    chosen = {name: getattr(options, name) for name in ("minimum_word_count", "number_ranges", "seed")}
    return [
        check_histories(profiles, items.ids, allowed),
        check_popularity(popularity, items.ids, allowed),
        check_links({"user": people, "item": items}, relations, allowed),
        check_blocks(items, "item", sources, allowed, hidden, **chosen),
        check_blocks(people, "user", sources, allowed, hidden, **chosen),
    ]
