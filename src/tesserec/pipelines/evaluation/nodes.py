"""The step from recommenders and held-out interactions to metrics."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.evaluation import Ranked, compare, rank_all
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.recommenders import Fusion, TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Blends
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.support import Support


def evaluate_recommenders(
    testing_data: TrainingData,
    blends: Blends,
    validation_examples: Examples,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    exclusions: pd.DataFrame,
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    protocol: dict[str, Any],
    models: ModelTrainingOptions,
    recommendation: RecommendationOptions,
    options: EvaluationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, Blends, Fusion]:
    """Fit all recommenders on train and validation data and judge them, and the fusion, on test data.

    Returns:
        The metrics of every user; the table that compares the recommenders; once all is judged, blends
        of the same form that are learned anew from the validation and the test targets: the latter are
        closest to what is served, and with both there is less that could be learned by heart. Both together
        may be enough for larger trees than those that were judged (`tesserec.recommenders.trees`). And the
        fusion that was judged, for those who predict pairs with it.

    Raises:
        DataError: If no test user has a relevant target.
        ConfigError: If a step after ranking does not fit the items.
    """
    reranking = recommendation.reranking.steps(testing_data, items, column_roles["items"], exclusions)
    task = hold_out(testing_data, split_interactions, candidates["item_id"], protocol, "testing")
    if not len(task.profiles):
        raise DataError(
            "No held-out event of the test split counts as liked, so nothing can be judged: lower the "
            "parameter preprocessing.relevance, or choose another preprocessing.split.method."
        )
    task = task.draw(options.people, options.seed)
    recommenders = fit_all(models.build(), testing_data)
    fusion = Fusion(recommenders, blends, Support.of(testing_data))
    lengths = sorted({*options.cutoffs, options.list_length})
    ranked = rank_all(recommenders, fusion, task, lengths, reranking)
    comparison = _compare(ranked, task, testing_data, options)
    known = np.flatnonzero(task.profiles.liked().lengths)
    learner = models.fusion.learner(list(blends.names))
    examples = Examples.join([validation_examples, ranked.examples.take(known)])
    learned = learner.learn(blends.history.form, examples)
    return ranked.user_metrics, comparison, replace(blends, history=learned), fusion


def _compare(ranked: Ranked, task: HeldOut, data: TrainingData, options: EvaluationOptions) -> pd.DataFrame:
    return compare(
        ranked,
        task.candidates,
        holders=np.asarray(data.profiles.seen().sum(axis=0)),
        training_users=int((data.profiles.lengths > 0).sum()),
        vectors=data.items.blocks.get("text"),
        k=options.list_length,
        seed=options.seed,
    )
