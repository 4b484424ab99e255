import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tesserec.errors import ConfigError, DataError
from tesserec.pipelines.evaluation.nodes import evaluate_recommenders, group_tested_items, hold_out_test
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.recommenders.blend import Form
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.examples import Examples

from ...recommenders.blends import blends_of, planted
from ..market import few_recommenders, market, options, reranking

NAMES = list(few_recommenders().recommenders)
NOBODY = Examples(Candidates.of_nobody(len(NAMES)), np.zeros(0, bool), np.zeros(0, int))


def evaluate(
    tables: dict,
    people: int | None = None,
    steps: dict | None = None,
    examples: Examples = NOBODY,
    **weights: float,
) -> tuple:
    data = training_data_builder("testing")(*(tables[name] for name in INPUTS), options("feature_fusion"))
    blends = blends_of({name: weights.get(name, 0.0) for name in NAMES})
    recommendation = options("recommendation", reranking=reranking(**(steps or {})))
    chosen = options("evaluation", people=people)
    asked = (tables[name] for name in ("split_interactions", "candidates", "protocol"))
    task = hold_out_test(data, *asked, chosen)
    groups = group_tested_items(data, tables["items"], tables["column_roles"], tables["item_texts@table"])
    known = (tables[name] for name in ("exclusions", "items", "column_roles"))
    *judged, fusion = evaluate_recommenders(
        data, task, groups, blends, examples, *known, few_recommenders(), recommendation, chosen
    )
    assert set(fusion.recommenders) == blends.used
    return tuple(judged)


@pytest.fixture(scope="module")
def judged() -> tuple:
    return evaluate(market(), sequence=1.0)


def test_every_recommender_and_the_fusion_are_judged_on_every_test_person(judged):
    per_user, *_ = judged
    people = market()["split_interactions"].query("split == 'test'")["user_id"].nunique()
    counts = per_user["recommender"].value_counts()
    assert set(counts.index) == {*few_recommenders().recommenders, "fusion"}
    assert set(counts) == {people}
    assert {"ndcg@5", "ndcg@10", "ndcg@20", "recall@10", "map@10", "auc"} <= set(per_user.columns)


def test_the_comparison_is_the_mean_of_the_people(judged):
    per_user, comparison, *_ = judged
    means = per_user.groupby("recommender")["ndcg@10"].mean()
    values = comparison[comparison["metric"] == "ndcg@10"].set_index("recommender")["value"]
    np.testing.assert_allclose(values[means.index], means)
    about_lists = "coverage novelty diversity popularity popularity_lift calibration serendipity gini"
    assert {f"{name}@10" for name in about_lists.split()} <= set(comparison["metric"])


def test_the_model_that_knows_the_planted_order_wins_and_a_fusion_of_it_alone_equals_it(judged):
    ndcg = judged[1][judged[1]["metric"] == "ndcg@10"].set_index("recommender")["value"]
    assert ndcg["sequence"] > 0.8
    assert ndcg["fusion"] == pytest.approx(ndcg["sequence"])
    assert ndcg["popularity"] < 0.5


def test_the_blend_that_serves_is_learned_anew_from_the_test_targets():
    """The given one listens to popularity; learned anew in the same form, it listens to who knows."""
    *_, serving = evaluate(market(), popularity=1.0, sequence=0.01)
    assert list(serving.names) == NAMES
    assert serving.history.form == Form()
    weights = dict(zip(NAMES, serving.history.weights[:, 0], strict=True))
    assert weights["sequence"] == max(weights.values())
    assert serving.no_history.used == {"popularity", "sequence"}


def test_the_blend_that_serves_is_learned_from_the_validation_targets_too():
    """Many people, who chose by popularity alone, outvote the test people, who chose by the planted order."""
    chose = planted([float(name == "popularity") * 3 for name in NAMES], people=3_000)
    *_, serving = evaluate(market(), examples=chose, sequence=1.0)
    weights = dict(zip(NAMES, serving.history.weights[:, 0], strict=True))
    assert weights["popularity"] == max(weights.values())
    assert weights["sequence"] > 0.01


def test_a_draw_of_people_can_be_judged():
    per_user, comparison, *_ = evaluate(market(), people=7, sequence=1.0)
    assert per_user["user_id"].nunique() == 7
    assert set(comparison["users"]) == {7}


def test_new_items_compete_among_themselves():
    per_user, comparison, *_ = evaluate(market("cold_items"), text_taste=1.0)
    auc = per_user.groupby("recommender")["auc"].mean()
    assert auc["text_taste"] > 0.8
    assert auc["item_knn"] == 0.5
    assert (comparison.loc[comparison["metric"] == "coverage@10", "value"] <= 1).all()


@pytest.fixture(scope="module")
def found(judged) -> pd.DataFrame:
    """NDCG by slicing, slice and recommender."""
    slices = judged[2]
    return slices[slices["metric"] == "ndcg@10"].set_index(["slicing", "slice", "recommender"])


class TestSlices:
    def test_people_and_items_part_the_targets(self, judged, found):
        people = judged[0]["user_id"].nunique()
        for slicing in ("items", "users", "language", "category"):
            fusion = found.loc[slicing].xs("fusion", level="recommender")
            assert fusion["targets"].sum() == people  # one target each
            assert fusion["users"].sum() == people

    def test_the_mean_over_slices_of_people_is_the_mean_over_people(self, judged, found):
        fusion = found.loc["users"].xs("fusion", level="recommender").query("users > 0")
        whole = np.average(fusion["value"], weights=fusion["users"])
        ndcg = judged[1][judged[1]["metric"] == "ndcg@10"].set_index("recommender")["value"]
        assert whole == pytest.approx(ndcg["fusion"])

    def test_categories_are_those_of_the_table(self, found):
        fusion = found.loc["category"].xs("fusion", level="recommender")
        assert set(fusion.index) == {"oven", "plane"}
        assert (fusion["value"] > 0.7).all()

    def test_new_items_are_cold(self):
        slices = evaluate(market("cold_items"), text_taste=1.0)[2]
        counts = slices[slices["slicing"] == "items"].groupby("slice")["targets"].max()
        assert counts["cold"] > 0
        assert counts[["warm", "tail"]].sum() == 0


EVERY_STEP = {
    "filters": [{"column": "kind", "in": ["oven"]}],
    "exclude": ["plane1"],
    "boosts": [{"column": "kind", "in": ["plane"], "add": 2}],
    "popularity_damping": 0.5,
    "caps": {"kind": 2},
    "diversity": 0.9,
}


@pytest.fixture(scope="module")
def values() -> pd.DataFrame:
    """Metrics by row; people are cooks, who look for ovens, and pilots, who look for planes."""
    _, comparison, *_ = evaluate(market(), steps=EVERY_STEP, sequence=1.0)
    return comparison.pivot(index="recommender", columns="metric", values="value")


class TestReRanking:
    def test_each_step_is_judged_alone_and_then_all_together(self, values):
        labels = ("filtered", "excluded", "boosted", "damped", "capped", "diverse", "re-ranked")
        assert {name for name in values.index if "," in name} == {f"fusion, {label}" for label in labels}
        assert values.loc["fusion, diverse":"fusion, re-ranked", "auc"].isna().all()
        assert values.loc[list(few_recommenders().recommenders), "auc"].notna().all()

    def test_steps_cost_what_was_planted(self, values):
        ndcg = values["ndcg@10"]
        assert ndcg["fusion"] > 0.8
        # Only cooks find anything among ovens, and pilots alone find at the top where planes are boosted.
        assert 0.3 < ndcg["fusion, filtered"] < 0.6
        assert ndcg["fusion, boosted"] < ndcg["fusion"] - 0.1
        assert values.loc["fusion, capped", "hit_rate@10"] >= values.loc["fusion", "hit_rate@5"] - 0.1
        assert ndcg["fusion, diverse"] < ndcg["fusion"]

    def test_steps_do_what_they_are_for(self, values):
        assert values.loc["fusion, filtered", "coverage@10"] <= 0.5
        assert values.loc["fusion, excluded", "coverage@10"] < values.loc["fusion", "coverage@10"]
        assert values.loc["fusion, damped", "novelty@10"] > values.loc["fusion", "novelty@10"]
        assert values.loc["fusion, diverse", "diversity@10"] >= values.loc["fusion", "diversity@10"]

    def test_nothing_of_the_fusion_itself_changes(self, values, judged):
        plain = judged[1].pivot(index="recommender", columns="metric", values="value")
        pd.testing.assert_frame_equal(values.loc[plain.index, plain.columns], plain)

    def test_a_single_step_is_not_repeated_as_all(self):
        _, comparison, *_ = evaluate(market(), steps={"diversity": 0.5}, sequence=1.0)
        assert [name for name in comparison["recommender"].unique() if "," in name] == ["fusion, diverse"]

    def test_a_rule_that_does_not_fit_ends_it(self):
        with pytest.raises(ConfigError, match="did you mean kind"):
            evaluate(market(), steps={"caps": {"kinds": 1}}, sequence=1.0)


def test_nothing_relevant_to_find_is_said_in_one_sentence():
    tables = market()
    tables["split_interactions"]["value"] = 1.0
    tables["protocol"]["relevance"]["threshold"] = 5.0
    with pytest.raises(DataError, match=r"lower the parameter preprocessing\.relevance"):
        evaluate(tables, sequence=1.0)


@pytest.mark.parametrize("changed", [{"cutoffs": []}, {"cutoffs": [0]}, {"list_length": 0}, {"at": 3}])
def test_impossible_parameters_are_refused(changed):
    with pytest.raises(ValidationError):
        options("evaluation", **changed)
