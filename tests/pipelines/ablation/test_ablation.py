from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tesserec.ablation import CONTROLS, FULL
from tesserec.pipelines.ablation.nodes import ask_test_people, judge_arms, learn_arms, rank_arms
from tesserec.pipelines.evaluation.nodes import evaluate_recommenders, hold_out_test
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.nodes import learn_blends
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.recommenders import TrainingData

from ..market import few_recommenders, market, options, reranking

TASK = ("split_interactions", "candidates", "protocol")


def data_of(tables: dict, stage: str) -> TrainingData:
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def short_lists() -> ModelTrainingOptions:
    """Few recommenders, whose lists hold half of the items: what is proposed matters."""
    models = few_recommenders()
    return models.model_copy(update={"fusion": models.fusion.model_copy(update={"depth": 10})})


def run(tables: dict, **changed) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Per-person metrics, the table of arms and the value of the text."""
    task = [tables[name] for name in TASK]
    settled = (short_lists(), options("feature_fusion"))
    evaluation, chosen = options("evaluation"), options("ablation", **{"seeds": 1} | changed)
    arms = learn_arms(data_of(tables, "tuning"), *task, *settled, chosen)
    testing = data_of(tables, "testing")
    lists, described = rank_arms(arms, testing, *task, *settled, evaluation, chosen)
    known = (tables["items"], tables["column_roles"], tables["item_texts@table"])
    asked, slices = ask_test_people(testing, *task, *known, chosen)
    return judge_arms(lists, described, asked, slices, testing, tables["protocol"], evaluation, chosen)


@pytest.fixture(scope="module")
def warm() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return run(market())


@pytest.fixture(scope="module")
def new_items() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Where items are new: of two kinds, that the text tells."""
    return run(market("cold_items"))


def test_the_full_arm_is_the_fusion_of_a_run(warm):
    """One protocol: what the bench calls full is, person by person, what the evaluation calls fusion."""
    tables, models = market(), short_lists()
    task = [tables[name] for name in TASK]
    blends, examples, *_ = learn_blends(data_of(tables, "tuning"), *task, models)
    own = (tables[name] for name in ("exclusions", "items", "column_roles"))
    recommendation, evaluation = options("recommendation", reranking=reranking()), options("evaluation")
    data = data_of(tables, "testing")
    asked = hold_out_test(data, *task, evaluation)
    user_metrics, *_ = evaluate_recommenders(
        data, asked, {}, blends, examples, *own, models, recommendation, evaluation
    )
    fusion = user_metrics[user_metrics["recommender"] == "fusion"].set_index("user_id")
    full = warm[0][warm[0]["arm"] == FULL].set_index("user_id")
    assert len(full) == len(fusion) > 20
    for metric in ("ndcg@10", "recall@5", "mrr@20"):
        np.testing.assert_allclose(full[metric], fusion.loc[full.index, metric])


def test_nothing_is_ranked_but_what_the_recommenders_list():
    """Lists of one item each propose as many items as there are recommenders, at most."""
    tables, models = market(), short_lists()
    task, chosen = [tables[name] for name in TASK], options("ablation", seeds=1)
    settled = (models, options("feature_fusion"))
    arms = learn_arms(data_of(tables, "tuning"), *task, *settled, chosen)
    (full,) = (arm for arm in arms if arm.name == FULL)
    shallow = replace(full, blends=replace(full.blends, depth=1))
    lists, _ = rank_arms(
        [shallow], data_of(tables, "testing"), *task, *settled, options("evaluation"), chosen
    )
    proposed = lists.groupby("user_id").size()
    assert 1 <= proposed.min() < proposed.max() <= len(full.blends.used)


def test_text_that_tells_beats_every_control(new_items):
    new_items = new_items[1].set_index("arm")
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


def test_the_value_of_the_text_by_slice_adds_up(new_items):
    """Over everybody it is the difference of the arms, and where all items are new so it is over these."""
    arms, value = new_items[1].set_index("arm"), new_items[2]
    of = value.set_index(["control", "slice"])["value"]
    for control in CONTROLS:
        assert of[control, "everybody"] == pytest.approx(arms.loc[control, "difference"])
        assert of[control, "cold"] == pytest.approx(of[control, "everybody"])
    kinds = value[(value["control"] == "no text") & (value["slicing"] == "category")]
    assert set(kinds["slice"]) == {"oven", "plane"}
    everybody = value[value["slice"] == "everybody"]
    assert kinds["targets"].sum() == everybody["targets"].iloc[0]
    known = value.dropna(subset=["p_value"])
    assert len(known) < len(value)  # nothing is warm among new items
    assert (known["p_holm"] >= known["p_value"]).all()


def test_all_arms_are_judged_on_the_same_people_with_the_hash_of_the_protocol(warm):
    user_metrics, table, _ = warm
    people = user_metrics.groupby("arm")["user_id"].agg(set)
    assert (people == people[FULL]).all()
    assert set(table["protocol_hash"]) == {market()["protocol"]["protocol_hash"]}
    assert {"equal weights", "reciprocal ranks", "best alone", "gated sum, trees"} <= set(table["arm"])


def test_fewer_people_can_be_drawn():
    user_metrics, found, _ = run(market(), people=9)
    assert set(found["users"]) == {9}
    assert (user_metrics["arm"].value_counts() == 9).all()
