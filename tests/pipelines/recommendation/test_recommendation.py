"""Recommendations, from split interactions to lists, through the four pipelines in memory."""

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner

from tesserec.catalog import StateDataset, TableDataset
from tesserec.errors import ConfigError
from tesserec.pipeline_registry import register_pipelines
from tesserec.pipelines import evaluation, feature_fusion, model_training, recommendation
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.recommendation.nodes import (
    check_reranking,
    fit_recommender,
    recommend_items,
)
from tesserec.recommenders import Fusion

from ...recommenders.blends import blends_of
from ..market import NEW_ITEMS, NEWCOMERS, few_recommenders, market, options, reranking

PIPELINES = (feature_fusion, model_training, evaluation, recommendation)
KEPT = (
    "recommendations",
    "descriptions",
    "evidence",
    "deletions",
    "predictions",
    "fusion_weights",
    "comparison",
    "user_metrics",
)


def run(tables: dict, folder, **changed) -> dict[str, pd.DataFrame]:
    parameters = {
        "params:feature_fusion": options("feature_fusion"),
        "params:model_training": few_recommenders(),
        "params:evaluation": options("evaluation"),
        "params:recommendation": options("recommendation", **changed),
    }
    given = {name: MemoryDataset(thing) for name, thing in (tables | parameters).items()}
    kept = {name: TableDataset(filepath=str(folder / f"{name}.parquet")) for name in KEPT}
    fitted = {
        "recommender": StateDataset(filepath=str(folder / "model"), kind="tesserec.recommenders.Fusion")
    }
    stages = sum((pipeline.create_pipeline() for pipeline in PIPELINES), Pipeline([]))
    SequentialRunner().run(stages, DataCatalog(given | kept | fitted))
    return {name: dataset.load() for name, dataset in kept.items()}


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, pd.DataFrame]:
    return run(market(), tmp_path_factory.mktemp("market"))


class TestSlice:
    def test_everybody_gets_a_full_list(self, results):
        table = results["recommendations"]
        assert list(table.columns) == ["user_id", "item_id", "rank", "score", "reason"]
        assert set(table["user_id"]) == set(market()["users"]["user_id"])
        assert (
            table.groupby("user_id")["rank"].agg(list).map(lambda ranks: ranks == list(range(1, 11)))
        ).all()

    def test_nobody_is_shown_what_they_have(self, results):
        both = results["recommendations"].merge(market()["split_interactions"], on=["user_id", "item_id"])
        assert both.empty

    def test_what_comes_next_in_ones_own_trade_is_first(self, results):
        log = market()["split_interactions"]
        last = log.groupby("user_id")["item_id"].last().str.extract(r"(\d+)")[0].astype(int)
        following = (last // 2 + 1) % 9 * 2 + last % 2
        first = results["recommendations"].query("rank == 1").set_index("user_id")["item_id"]
        found = first[following.index].str.extract(r"(\d+)")[0].astype(int)
        assert (found == following).mean() > 0.8

    def test_newcomers_get_what_their_trade_uses(self, results):
        table = results["recommendations"]
        for person, kind in zip(NEWCOMERS, ("oven", "plane"), strict=True):
            top = table[(table["user_id"] == person) & (table["rank"] <= 5)]
            assert top["item_id"].str.startswith(kind).all()

    def test_every_list_has_reasons(self, results):
        assert results["recommendations"]["reason"].str.endswith(".").all()
        of_newcomers = results["recommendations"].query("user_id in @NEWCOMERS")["reason"]
        assert not of_newcomers.str.contains("“").any()

    def test_the_top_of_every_list_is_described(self, results):
        table = results["descriptions"]
        top = results["recommendations"].query("rank == 1")
        pd.testing.assert_frame_equal(
            table[["user_id", "item_id"]], top[["user_id", "item_id"]].reset_index(drop=True)
        )
        told = table.merge(top, on=["user_id", "item_id"])
        assert all(reason in text for text, reason in zip(told["description"], told["reason"], strict=True))

    def test_the_evidence_covers_every_recommendation(self, results):
        key = ["user_id", "item_id", "rank"]
        total = results["evidence"].groupby(key)["share"].sum().reset_index()
        np.testing.assert_allclose(total["share"], 1, rtol=1e-5)
        pd.testing.assert_frame_equal(
            total[key], results["recommendations"][key].sort_values(key, ignore_index=True)
        )

    def test_attributes_of_newcomers_are_cited(self, results):
        cited = results["evidence"].query("user_id in @NEWCOMERS and kind == 'feature'")
        assert set(cited["cited"]) == {"trade: cook", "trade: pilot"}

    def test_without_the_cited_evidence_scores_fall(self, results):
        deletions = results["deletions"]
        assert len(deletions)
        assert deletions["fall_cited"].mean() > 5 * deletions["fall_other"].mean()

    def test_pairs_are_predicted(self, results):
        predictions = results["predictions"]
        pairs = market()["pairs"]
        pd.testing.assert_frame_equal(predictions[["user_id", "item_id"]], pairs, check_dtype=False)
        assert predictions["like_probability"].between(0, 1).all()
        assert predictions["score"].notna().all()

    def test_the_fusion_is_judged(self, results):
        ndcg = results["comparison"].query("metric == 'ndcg@10'").set_index("recommender")["value"]
        assert ndcg["fusion"] > 0.8

    def test_the_order_of_rows_changes_nothing(self, results, tmp_path):
        """Items keep their order, which breaks ties; people and their events come in another one."""
        tables = market()
        tables["users"] = tables["users"].iloc[::-1].reset_index(drop=True)
        again = run(tables, tmp_path)["recommendations"]
        key = ["user_id", "rank"]
        one, other = (
            table.sort_values(key, ignore_index=True) for table in (results["recommendations"], again)
        )
        assert (one["item_id"] == other["item_id"]).mean() > 0.95


class TestOptions:
    def test_new_arrivals_only(self, tmp_path):
        table = run(market("cold_items", NEW_ITEMS), tmp_path)["recommendations"]
        assert set(table["item_id"]) == set(NEW_ITEMS)
        first = table.query("rank == 1 and user_id not in @NEWCOMERS")
        cook = first["user_id"].str.startswith("cook")
        assert (first["item_id"].str.startswith("oven") == cook).mean() > 0.95

    def test_repeats_length_and_language(self, tmp_path):
        table = run(market(), tmp_path, repeats=True, list_length=20, reason_language="zh")["recommendations"]
        assert (table.groupby("user_id").size() == 20).all()
        assert table["reason"].str.endswith("。").all()


@pytest.fixture(scope="module")
def serving() -> tuple:
    """A fitted recommender and its data."""
    tables = market()
    data = training_data_builder("serving")(*(tables[name] for name in INPUTS), options("feature_fusion"))
    weights = {"popularity": 1.0, "sequence": 1.0}
    return fit_recommender(data, blends_of(weights), few_recommenders()), data


class TestReRanking:
    def lists(self, serving: tuple, exclusions: pd.DataFrame | None = None, **steps) -> pd.DataFrame:
        tables = market()
        return recommend_items(
            *serving,
            tables["candidates"],
            tables["exclusions"] if exclusions is None else exclusions,
            tables["items"],
            tables["column_roles"],
            tables["item_cards"],
            tables["user_texts@table"],
            tables["user_text_embeddings"],
            options("recommendation", list_length=5, reranking=reranking(**steps)),
        )[0]

    def test_a_filter_of_the_parameters_acts_and_lists_stay_full(self, serving):
        assert self.lists(serving)["item_id"].str.startswith("oven").any()
        table = self.lists(serving, filters=[{"column": "kind", "in": ["plane"]}])
        assert table["item_id"].str.startswith("plane").all()
        cooks = table[table["user_id"].str.startswith("cook")]
        assert (cooks.groupby("user_id").size() == 5).all()

    def test_a_cap_holds_in_every_list(self, serving):
        table = self.lists(serving, caps={"kind": 2})
        kinds = table["item_id"].str.extract(r"(\D+)")[0]
        assert table.groupby([table["user_id"], kinds]).size().max() == 2

    def test_an_exclusion_for_one_person_acts_for_that_person_only(self, serving):
        plain = self.lists(serving)
        mine = plain[plain["user_id"] == "cook0"]["item_id"].iloc[0]
        listed = pd.DataFrame({"item_id": [mine], "user_id": ["cook0"]}, dtype="str")
        table = self.lists(serving, listed)
        assert mine not in set(table[table["user_id"] == "cook0"]["item_id"])
        assert (table["user_id"] == "cook0").sum() == 5
        others = [one[one["user_id"] != "cook0"].reset_index(drop=True) for one in (plain, table)]
        assert mine in set(others[0]["item_id"])
        pd.testing.assert_frame_equal(*others)

    def test_an_exclusion_without_a_person_acts_for_everybody(self, serving):
        assert "oven0" in set(self.lists(serving)["item_id"])
        listed = pd.DataFrame({"item_id": ["oven0"], "user_id": [None]}, dtype="str")
        assert "oven0" not in set(self.lists(serving, listed)["item_id"])


class TestCheckReRanking:
    def check(self, **steps) -> dict[str, str]:
        tables = market()
        names = ("items", "column_roles", "exclusions")
        chosen = options("recommendation", reranking=reranking(**steps))
        return check_reranking(*(tables[name] for name in names), chosen)

    def test_without_steps_there_is_nothing_to_say(self):
        assert self.check() == {}

    def test_active_steps_are_put_into_words(self):
        words = self.check(
            filters=[{"column": "kind", "in": ["plane"]}],
            exclude=["oven0", "oven2"],
            boosts=[{"column": "kind", "in": ["oven"], "factor": 2}],
            popularity_damping=0.5,
            caps={"kind": 3},
            diversity=0.25,
        )
        assert words == {
            "filtered": "10 of 20 items pass the filters",
            "excluded": "items for everybody: 2; people with lists of their own: 0",
            "boosted": "the scores of 10 items are changed",
            "damped": "the most popular item loses 0.5 of a score of 0 to 1",
            "capped": "at most 3 of the same kind in a list",
            "diverse": "unlikeness counts for 25%, relevance for the rest",
        }

    def test_a_wrong_rule_is_named_with_the_way_out(self):
        with pytest.raises(ConfigError) as error:
            self.check(filters=[{"column": "knid", "in": ["plane"]}])
        assert str(error.value) == (
            "Parameter recommendation.reranking.filters.0 names the column knid, but items has kind"
            "; did you mean kind?"
        )

    def test_it_comes_before_anything_that_takes_time(self):
        order = [node.name for node in register_pipelines()["__default__"].nodes]
        check = order.index("recommendation.check_reranking")
        assert check < min(place for place, name in enumerate(order) if name.startswith("token_encoding."))


class TestFitRecommender:
    def fit(self, tables: dict, **weights: float) -> Fusion:
        data = training_data_builder("serving")(*(tables[name] for name in INPUTS), options("feature_fusion"))
        return fit_recommender(data, blends_of(weights), few_recommenders())

    def test_is_fitted_on_everything(self):
        tables = market()
        counts = tables["split_interactions"].groupby("item_id")["user_id"].nunique()
        counts = counts.reindex(tables["items"]["item_id"], fill_value=0).to_numpy()
        popular = self.fit(tables, popularity=1.0).recommenders["popularity"].learned["scores"]
        np.testing.assert_allclose(popular, np.log1p(counts) / np.log1p(counts.max()), rtol=1e-6)

    def test_recommenders_without_influence_are_not_fitted(self):
        assert list(self.fit(market(), popularity=1.0, sequence=0.0).recommenders) == ["popularity"]

    def test_one_that_sits_out_now_does_not_stop_the_others(self):
        """A time is missing that was not missing in training: the sequence model cannot be fitted."""
        tables = market()
        tables["split_interactions"].loc[0, "timestamp"] = np.nan
        assert list(self.fit(tables, popularity=1.0, sequence=1.0).recommenders) == ["popularity"]
