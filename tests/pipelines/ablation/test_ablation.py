import numpy as np
import pandas as pd
import pytest

from tesserec.ablation import CONTROLS, FULL
from tesserec.pipelines.ablation.nodes import judge_arms, learn_arms, rank_arms
from tesserec.pipelines.evaluation.nodes import evaluate_recommenders
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.nodes import learn_blends
from tesserec.recommenders import TrainingData

from ..market import few_recommenders, market, options, reranking

TASK = ("split_interactions", "candidates", "protocol")


def data_of(tables: dict, stage: str) -> TrainingData:
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def run(tables: dict, **changed) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Per-person metrics and the table of arms."""
    task = [tables[name] for name in TASK]
    settled = (few_recommenders(), options("feature_fusion"))
    evaluation, chosen = options("evaluation"), options("ablation", **{"seeds": 1} | changed)
    arms = learn_arms(data_of(tables, "tuning"), *task, *settled, chosen)
    testing = data_of(tables, "testing")
    lists, described = rank_arms(arms, testing, *task, *settled, evaluation, chosen)
    return judge_arms(lists, described, testing, *task, evaluation, chosen)


@pytest.fixture(scope="module")
def warm() -> tuple[pd.DataFrame, pd.DataFrame]:
    return run(market())


@pytest.fixture(scope="module")
def new_items() -> pd.DataFrame:
    """The arms where items are new: of two kinds, that the text tells."""
    return run(market("cold_items"))[1].set_index("arm")


def test_the_full_arm_is_the_fusion_of_a_run(warm):
    """One protocol: what the bench calls full is, person by person, what the evaluation calls fusion."""
    tables, models = market(), few_recommenders()
    task = [tables[name] for name in TASK]
    blends, examples, *_ = learn_blends(data_of(tables, "tuning"), *task, models)
    own = ("split_interactions", "candidates", "exclusions", "items", "column_roles", "protocol")
    recommendation = options("recommendation", reranking=reranking())
    user_metrics, *_ = evaluate_recommenders(
        data_of(tables, "testing"),
        blends,
        examples,
        *(tables[name] for name in own),
        models,
        recommendation,
        options("evaluation"),
    )
    fusion = user_metrics[user_metrics["recommender"] == "fusion"].set_index("user_id")
    full = warm[0][warm[0]["arm"] == FULL].set_index("user_id")
    assert len(full) == len(fusion) > 20
    for metric in ("ndcg@10", "recall@5", "mrr@20"):
        np.testing.assert_allclose(full[metric], fusion.loc[full.index, metric])


def test_text_that_tells_beats_every_control(new_items):
    for control in ("no text", "shuffled text", "random vectors"):
        assert new_items.loc[control, "difference"] > 0.1, control
        assert new_items.loc[control, "difference_low"] > 0, control
    assert new_items.loc["text only", "value"] > new_items.loc["behaviour only", "value"] + 0.1


def test_what_nobody_misses_is_worth_nothing(warm):
    """The order of the history tells everything, so nothing that is left out costs anything beyond chance."""
    table = warm[1].set_index("arm")
    assert table.loc[FULL, "value"] > 0.8
    assert (table.loc[[*CONTROLS, "without demographics"], "difference"].abs() < 0.1).all()
    assert table.loc["behaviour only", "value"] > table.loc["text only", "value"] + 0.1


def test_all_arms_are_judged_on_the_same_people_with_the_hash_of_the_protocol(warm):
    user_metrics, table = warm
    people = user_metrics.groupby("arm")["user_id"].agg(set)
    assert (people == people[FULL]).all()
    assert set(table["protocol_hash"]) == {market()["protocol"]["protocol_hash"]}
    assert {"equal weights", "reciprocal ranks", "best alone", "gated sum, trees"} <= set(table["arm"])


def test_fewer_people_can_be_drawn_and_data_without_texts_has_arms_but_no_controls():
    user_metrics, found = run(market(), people=9, text_blocks=[])
    assert set(found["users"]) == {9}
    assert (user_metrics["arm"].value_counts() == 9).all()
    assert not set(CONTROLS) & set(found["arm"])
    assert "without text" in set(found["arm"])
