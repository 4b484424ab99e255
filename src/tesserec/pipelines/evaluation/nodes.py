"""The steps from recommenders and held-out interactions to metrics."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from tesserec.evaluation import (
    BASELINE,
    Background,
    Groups,
    compare,
    compare_slices,
    find_slices,
    group_items,
    rank_all,
)
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.recommenders import Fusion, TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Blends
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.support import Support


def hold_out_test(
    testing_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    options: EvaluationOptions,
) -> HeldOut:
    """Collect the people who are judged, what they should find, and the items that compete.

    Raises:
        DataError: If no test user has a relevant target.
    """
    task = hold_out(testing_data, split_interactions, candidates["item_id"], protocol, "testing")
    return task.judged().draw(options.people, options.seed)


def group_tested_items(
    testing_data: TrainingData,
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    item_texts: pd.DataFrame,
) -> dict[str, Groups]:
    """Group the items by what the evaluation looks at apart: language and category."""
    return group_items(testing_data.items.ids, items, column_roles["items"], item_texts)


def evaluate_recommenders(
    testing_data: TrainingData,
    test_task: HeldOut,
    item_groups: Mapping[str, Groups],
    blends: Blends,
    validation_examples: Examples,
    exclusions: pd.DataFrame,
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    models: ModelTrainingOptions,
    recommendation: RecommendationOptions,
    options: EvaluationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Blends, Fusion]:
    """Fit all recommenders on train and validation data and judge them, and the fusion, on test data.

    Returns:
        The metrics of every user; the table that compares the recommenders; what each reaches in slices of
        people and items; once all is judged, blends of the same form that are learned anew from the
        validation and the test targets: the latter are closest to what is served, and with both there is less
        that could be learned by heart. Both together may be enough for larger trees than those that were
        judged (`tesserec.recommenders.trees`). And the fusion that was judged, for those who predict pairs
        with it.

    Raises:
        ConfigError: If a step after ranking does not fit the items.
    """
    reranking = recommendation.reranking.steps(testing_data, items, column_roles["items"], exclusions)
    recommenders = fit_all(models.build(), testing_data)
    fusion = Fusion(recommenders, blends, Support.of(testing_data))
    k, seed = options.list_length, options.seed
    ranked = rank_all(recommenders, fusion, test_task, sorted({*options.cutoffs, k}), reranking)
    popular = ranked.lists[BASELINE][:, :k] if BASELINE in ranked.lists else None
    background = Background.of(test_task, testing_data, item_groups.get("category"), popular)
    slices = find_slices(test_task, background.holders, item_groups)
    known = np.flatnonzero(test_task.profiles.liked().lengths)
    learner = models.fusion.learner(list(blends.names))
    examples = Examples.join([validation_examples, ranked.examples.take(known)])
    return (
        ranked.user_metrics,
        compare(ranked, background, k, seed),
        compare_slices(ranked.lists, test_task.targets, slices, k, seed),
        replace(blends, history=learner.learn(blends.history.form, examples)),
        fusion,
    )
