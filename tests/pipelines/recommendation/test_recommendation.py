"""Recommendations, from split interactions to lists, through the four pipelines in memory."""

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner

from tesserec.catalog import StateDataset, TableDataset
from tesserec.pipelines import evaluation, feature_fusion, model_training, recommendation
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.recommendation.nodes import fit_recommender, name_items
from tesserec.recommenders import Fusion

from ...recommenders.blends import blends_of
from ..market import NEW_ITEMS, NEWCOMERS, few_recommenders, market, options

PIPELINES = (feature_fusion, model_training, evaluation, recommendation)
KEPT = ("recommendations", "predictions", "fusion_weights", "comparison", "user_metrics")


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


def test_an_item_without_a_title_is_named_by_its_description_or_its_id():
    items = pd.DataFrame(
        {
            "item_id": ["i0", "i1", "i2"],
            "title": ["A title", "", ""],
            "description": ["words", "one two three four five six seven eight nine", ""],
        }
    )
    assert name_items(items) == ["A title", "one two three four five six seven eight …", "i2"]


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
