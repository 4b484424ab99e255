"""The step from recommenders and held-out interactions to metrics."""

from typing import Any

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.evaluation import compare, rank_all
from tesserec.evaluation.held_out import hold_out
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.recommenders import TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.fusion import weighted_fusion


def evaluate_recommenders(
    testing_data: TrainingData,
    fusion_weights: pd.DataFrame,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    models: ModelTrainingOptions,
    options: EvaluationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit all recommenders on train and validation data and judge them, and the fusion, on test data.

    Returns:
        The metrics of every user, and the table that compares the recommenders.

    Raises:
        DataError: If no test user has a relevant target.
    """
    recommenders = fit_all(models.build(), testing_data)
    fusion = weighted_fusion(recommenders, fusion_weights)
    task = hold_out(testing_data, split_interactions, candidates["item_id"], protocol, "testing")
    if not len(task.profiles):
        raise DataError(
            "No held-out event of the test split counts as liked, so nothing can be judged: lower the "
            "parameter preprocessing.relevance, or choose another preprocessing.split.method."
        )
    lengths = sorted({*options.cutoffs, options.list_length})
    ranked = rank_all(recommenders, fusion, task, lengths)
    seen = testing_data.profiles.seen()
    comparison = compare(
        ranked,
        task.candidates,
        holders=np.asarray(seen.sum(axis=0)),
        training_users=int((testing_data.profiles.lengths > 0).sum()),
        vectors=testing_data.items.blocks.get("text"),
        k=options.list_length,
        seed=options.seed,
    )
    return ranked.user_metrics, comparison
