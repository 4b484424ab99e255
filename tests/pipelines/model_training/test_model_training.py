import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.nodes import (
    fit_recommender,
    learn_fusion_weights,
    learn_pair_predictor,
)
from tesserec.recommenders import Fusion

from ..market import few_recommenders, market, options


def data_of(tables: dict, stage: str):
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def learn(tables: dict, **changed) -> tuple[pd.DataFrame, pd.DataFrame]:
    chosen = few_recommenders()
    chosen = chosen.model_copy(update={"fusion": chosen.fusion.model_copy(update=changed)})
    inputs = (tables["split_interactions"], tables["candidates"], tables["protocol"])
    return learn_fusion_weights(data_of(tables, "tuning"), *inputs, chosen)


@pytest.fixture(scope="module")
def tables() -> dict:
    return market()


@pytest.fixture(scope="module")
def learned(tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    return learn(tables)


class TestLearnFusionWeights:
    def test_weights_of_both_groups_sum_to_one(self, learned):
        weights, _ = learned
        assert list(weights.columns) == ["recommender", "weight", "weight_without_history", "ndcg"]
        assert weights["recommender"].tolist() == list(few_recommenders().recommenders)
        for column in ("weight", "weight_without_history"):
            assert weights[column].sum() == pytest.approx(1)
            assert (weights[column] >= 0).all()

    def test_what_knows_the_order_is_preferred_to_what_is_popular(self, learned):
        weights = learned[0].set_index("recommender")
        assert weights.loc["sequence", "ndcg"] > 2 * weights.loc["popularity", "ndcg"]
        assert weights["weight"].idxmax() in {"sequence", "item_knn"}

    def test_people_without_a_history_are_told_apart_by_trade(self, learned):
        weights = learned[0].set_index("recommender")["weight_without_history"]
        assert weights[["similar_people", "demographics"]].sum() > 0.5
        assert weights["sequence"] == weights["item_knn"] == 0

    def test_unknown_people_are_ranked_by_popularity(self, tables, learned):
        """The fallback always has a weight, so what nobody has a score for is still in a sensible order."""
        weights, _ = learned
        assert (
            weights.set_index("recommender").loc["popularity", ["weight", "weight_without_history"]] > 0
        ).all()
        fusion = fit_recommender(data_of(tables, "serving"), weights, few_recommenders())
        data = data_of(tables, "serving")
        nobody = data.profiles.without_history().take(np.array([0]))
        blank = type(nobody)(**{**vars(nobody), "blocks": {k: 0 * v for k, v in nobody.blocks.items()}})
        popular = fusion.recommenders["popularity"].score(blank)[0]
        np.testing.assert_array_equal(
            np.argsort(-fusion.score(blank)[0], kind="stable"), np.argsort(-popular, kind="stable")
        )

    def test_labelled_pairs_are_not_in_the_history(self, tables, learned):
        _, pairs = learned
        events = tables["split_interactions"]
        train = events[events["split"] == "train"]
        known = set(zip(train["user_id"], train["item_id"], strict=True))
        assert len(pairs)
        assert not known & set(zip(pairs["user_id"], pairs["item_id"], strict=True))
        assert pairs["ranking_score"].notna().all()

    def test_disliked_pairs_are_among_the_labelled(self, tables):
        """Whoever disliked what was held out has nothing to find, and still teaches what a dislike is."""
        events = tables["split_interactions"].copy()
        disliked = events["user_id"].isin(events["user_id"].unique()[::3])
        events["value"] = np.where(disliked, 0.0, 1.0)
        protocol = {**tables["protocol"], "relevance": {"threshold": 1.0}}
        _, pairs = learn(tables | {"split_interactions": events, "protocol": protocol})
        assert set(pairs.loc[~pairs["liked"], "user_id"]) <= set(events.loc[disliked, "user_id"])
        assert (~pairs["liked"]).any() and pairs["liked"].any()

    def test_a_few_people_are_enough_and_the_seed_decides(self, tables):
        one, other = learn(tables, people=5, seed=1)[0], learn(tables, people=5, seed=1)[0]
        pd.testing.assert_frame_equal(one, other)

    def test_without_times_order_based_models_sit_out(self):
        untimed = market("random_ratio", timed=False)
        weights, _ = learn(untimed)
        assert "sequence" not in set(weights["recommender"])
        assert weights["weight"].sum() == pytest.approx(1)

    def test_without_relevant_targets_all_weigh_alike(self, tables):
        strict = tables | {
            "split_interactions": tables["split_interactions"].assign(value=1.0),
            "protocol": {**tables["protocol"], "relevance": {"threshold": 5.0}},
        }
        weights = learn(strict)[0].set_index("recommender")
        assert weights["weight"].to_numpy() == pytest.approx(1 / len(weights))
        assert weights["weight_without_history"].to_numpy() == pytest.approx(1 / len(weights))
        assert weights["ndcg"].isna().all()


class TestFitRecommender:
    def test_is_fitted_on_everything(self, tables, learned):
        fusion = fit_recommender(data_of(tables, "serving"), learned[0], few_recommenders())
        assert isinstance(fusion, Fusion)
        counts = tables["split_interactions"].groupby("item_id")["user_id"].nunique()
        counts = counts.reindex(tables["items"]["item_id"], fill_value=0).to_numpy()
        popular = fusion.recommenders["popularity"].learned["scores"]
        np.testing.assert_allclose(popular, np.log1p(counts) / np.log1p(counts.max()), rtol=1e-6)

    def test_recommenders_without_a_weight_are_not_fitted(self, tables, learned):
        weights = learned[0].assign(weight=[1.0, 0, 0, 0, 0, 0], weight_without_history=[1.0, 0, 0, 0, 0, 0])
        fusion = fit_recommender(data_of(tables, "serving"), weights, few_recommenders())
        assert list(fusion.recommenders) == ["popularity"]

    def test_one_that_sits_out_now_does_not_stop_the_others(self, learned):
        """A time is missing that was not missing in training: the sequence model cannot be fitted."""
        tables = market()
        tables["split_interactions"].loc[0, "timestamp"] = np.nan
        data = data_of(tables, "serving")
        weights = learned[0].assign(weight=1 / 6)
        fusion = fit_recommender(data, weights, few_recommenders())
        assert "sequence" not in fusion.recommenders
        assert np.isfinite(fusion.score(data.profiles)).all()


def test_pair_predictor_is_learned_on_the_labelled_pairs(tables, learned):
    data = data_of(tables, "tuning")
    predictor = learn_pair_predictor(data, tables["split_interactions"], learned[1], few_recommenders())
    asked = pd.DataFrame({"user_id": ["cook0", "cook0"], "item_id": ["oven0", "plane1"]})
    predicted = predictor.predict(asked, np.array([np.nan, np.nan]))
    assert predicted["like_probability"].between(0, 1).all()


class TestOptions:
    def test_a_fusion_of_unknown_recommenders_is_refused(self):
        known = options("model_training")
        fusion = known.fusion.model_dump() | {"fallback": "novelty"}
        with pytest.raises(
            ValidationError, match="fusion names 'novelty', which is not among the recommenders"
        ):
            options("model_training", fusion=fusion)

    @pytest.mark.parametrize(
        ("recommender", "message"),
        [
            ({"kind": "Easy"}, "unknown recommender 'Easy'"),
            ({}, "unknown recommender ''"),
            ({"kind": "Ease", "lambda": 3}, "Ease has no option 'lambda'"),
        ],
    )
    def test_recommenders_that_cannot_be_built_are_refused(self, recommender, message):
        known = options("model_training")
        with pytest.raises(ValidationError, match=message):
            options("model_training", recommenders={**known.recommenders, "mine": recommender})
