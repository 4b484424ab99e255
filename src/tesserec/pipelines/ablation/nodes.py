"""The steps from training data to what each part of the system is worth."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
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
    value_of_text,
)
from tesserec.evaluation import count_holders, find_slices, group_items
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.metrics import Slice
from tesserec.pipelines.ablation.options import AblationOptions
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.protocol import ranks_new_items
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
    every = list(settings(tuning_data, options.seeds, options.seed))
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


def ask_test_people(
    testing_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    item_texts: pd.DataFrame,
    options: AblationOptions,
) -> tuple[HeldOut, list[Slice]]:
    """Return the test people whom all arms are judged on, and the slices of what they look for."""
    task = _task("testing", split_interactions, candidates, protocol, options)(testing_data)
    groups = group_items(testing_data.items.ids, items, column_roles["items"], item_texts)
    return task, find_slices(task, count_holders(testing_data), groups)


def judge_arms(
    ablation_lists: pd.DataFrame,
    ablation_arms: pd.DataFrame,
    task: HeldOut,
    slices: list[Slice],
    testing_data: TrainingData,
    protocol: dict[str, Any],
    evaluation: EvaluationOptions,
    options: AblationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Measure the lists of every arm, and by how much those of the full system are better.

    Returns:
        arm, user_id and metrics; the table of arms; and the value of the text by slice. Both tables hold the
        hash of the protocol, by which the report knows what it may set side by side.
    """
    k, seed, protocol_hash = evaluation.list_length, options.seed, protocol["protocol_hash"]
    ks = sorted({*evaluation.cutoffs, k})
    lists = table_to_lists(ablation_lists, task.profiles.user_ids, testing_data.items.ids, max(ks))
    user_metrics = judge_lists(lists, task, ks)
    arms = compare_arms(user_metrics, ablation_arms, f"ndcg@{k}", seed)
    text_value = value_of_text(lists, task, slices, k, seed)
    return (
        user_metrics,
        arms.assign(protocol_hash=protocol_hash),
        text_value.assign(protocol_hash=protocol_hash),
    )


def draw_ablation(ablation: pd.DataFrame) -> go.Figure:
    """Draw what each part is worth."""
    return plots.ablation_figure(ablation)


def draw_text_value(text_value: pd.DataFrame) -> go.Figure:
    """Draw what the text is worth, for whom and for what."""
    return plots.text_value_figure(text_value)


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
        return (every.judged() if stage == "testing" else every).draw(options.people, options.seed)

    return task


def _bench(models: ModelTrainingOptions, features: FeatureFusionOptions, protocol: dict[str, Any]) -> Bench:
    fusion, new_items = models.fusion, ranks_new_items(protocol)
    return Bench(
        build=models.build,
        learner=lambda names: fusion.learner(names, new_items=new_items),
        fusing=features.fusing(),
        depth=fusion.depth,
        seed=fusion.seed,
    )
