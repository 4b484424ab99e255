"""The steps from training data to what each part of the system is worth."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from tesserec.ablation import (
    Arm,
    Bench,
    BenchStage,
    compare_arms,
    describe_arms,
    judge_lists,
    lists_to_table,
    settings,
    table_to_lists,
)
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.pipelines.ablation.options import AblationOptions
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.recommenders import TrainingData
from tesserec.splits.stages import Stage


def learn_arms(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    models: ModelTrainingOptions,
    features: FeatureFusionOptions,
    options: AblationOptions,
) -> list[Arm]:
    """Learn the fusion in every setting, and every way to blend in the full one, on validation targets."""
    every = list(settings(tuning_data, options.text_blocks, options.seeds, options.seed))
    task = _task("tuning", split_interactions, candidates, protocol, options)
    return _bench(models, features, protocol).learn(every, BenchStage(tuning_data, task))


def rank_arms(
    arms: list[Arm],
    testing_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    models: ModelTrainingOptions,
    features: FeatureFusionOptions,
    evaluation: EvaluationOptions,
    options: AblationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit everything anew on train and validation data, and let every arm rank for the same test people.

    Returns:
        arm, user_id, rank, item_id: the lists. And arm, kind, form, recommenders: what each arm is.
    """
    task = _task("testing", split_interactions, candidates, protocol, options)
    length = max(*evaluation.cutoffs, evaluation.list_length)
    lists = _bench(models, features, protocol).rank(arms, BenchStage(testing_data, task), length)
    people, items = task(testing_data).profiles.user_ids, testing_data.items.ids
    return lists_to_table(lists, people, items), describe_arms(arms)


def judge_arms(
    ablation_lists: pd.DataFrame,
    ablation_arms: pd.DataFrame,
    testing_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    evaluation: EvaluationOptions,
    options: AblationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure the lists of every arm, and by how much those of the full system are better.

    Returns:
        arm, user_id and metrics; and the table of arms, with the hash of the protocol by which the report
        knows what it may set side by side.
    """
    task = _task("testing", split_interactions, candidates, protocol, options)(testing_data)
    ks = sorted({*evaluation.cutoffs, evaluation.list_length})
    people, items = task.profiles.user_ids, testing_data.items.ids
    lists = table_to_lists(ablation_lists, people, items, max(ks))
    user_metrics = judge_lists(lists, task, ks)
    metric = f"ndcg@{evaluation.list_length}"
    table = compare_arms(user_metrics, ablation_arms, metric, options.seed)
    return user_metrics, table.assign(protocol_hash=protocol["protocol_hash"])


def _task(
    stage: Stage,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    options: AblationOptions,
) -> Callable[[TrainingData], HeldOut]:
    """Return what draws the same held-out people from any training data of the stage."""

    def task(data: TrainingData) -> HeldOut:
        every = hold_out(data, split_interactions, candidates["item_id"], protocol, stage)
        return every.draw(options.people, options.seed)

    return task


def _bench(models: ModelTrainingOptions, features: FeatureFusionOptions, protocol: dict[str, Any]) -> Bench:
    fusion, new_items = models.fusion, protocol["split"]["method"] == "cold_items"
    return Bench(
        build=models.build,
        learner=lambda names: fusion.learner(names, new_items=new_items),
        fusing=features.fusing(),
        depth=fusion.depth,
        seed=fusion.seed,
    )
