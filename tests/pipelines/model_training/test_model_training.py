import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.nodes import (
    learn_blends,
    learn_pair_predictor,
    training_curves,
)
from tesserec.recommenders import NeuralSequence, Popularity

from ..market import few_recommenders, market, options


def data_of(tables: dict, stage: str):
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def learn(tables: dict, **changed) -> tuple:
    chosen = few_recommenders()
    chosen = chosen.model_copy(update={"fusion": chosen.fusion.model_copy(update=changed)})
    inputs = (tables["split_interactions"], tables["candidates"], tables["protocol"])
    return learn_blends(data_of(tables, "tuning"), *inputs, chosen)


@pytest.fixture(scope="module")
def tables() -> dict:
    return market()


@pytest.fixture(scope="module")
def learned(tables) -> tuple:
    return learn(tables)


class TestLearnBlends:
    def test_shares_of_both_groups_sum_to_one(self, learned):
        blends, _, weights, *_ = learned
        columns = ["recommender", "weight", "weight_without_history", "ndcg", "reads_text"]
        assert list(weights.columns) == columns
        assert weights["recommender"].tolist() == list(few_recommenders().recommenders) == list(blends.names)
        for column in ("weight", "weight_without_history"):
            assert weights[column].sum() == pytest.approx(1)
            assert (weights[column] >= 0).all()

    def test_what_knows_the_order_is_preferred_to_what_is_popular(self, learned):
        weights = learned[2].set_index("recommender")
        assert weights.loc["sequence", "ndcg"] > 2 * weights.loc["popularity", "ndcg"]
        assert weights["weight"].idxmax() in {"sequence", "item_knn"}

    def test_who_reads_text(self, learned):
        """Similar people are found by the fused embedding, which holds what they wrote."""
        weights = learned[2]
        assert set(weights.loc[weights["reads_text"], "recommender"]) == {"text_taste", "similar_people"}

    def test_people_without_a_history_are_told_apart_by_trade(self, learned):
        weights = learned[2].set_index("recommender")["weight_without_history"]
        assert weights[["similar_people", "demographics"]].sum() > 0.5
        assert weights[["sequence", "item_knn"]].sum() < 0.1

    def test_the_fallback_always_has_a_weight(self, learned):
        """So what nobody has a score for is still in a sensible order."""
        place = list(learned[0].names).index("popularity")
        assert learned[0].history.weights[place, 0] > 0
        assert learned[0].no_history.weights[place, 0] > 0

    def test_the_examples_are_the_people_with_a_history_whose_items_were_found(self, tables, learned):
        examples, blends = learned[1], learned[0]
        events = tables["split_interactions"]
        people = events[events["split"] == "valid"]["user_id"].nunique()
        assert 0 < len(examples.held_out) <= people
        assert examples.findable.tolist() == list(range(len(examples.held_out)))
        again = (
            options("model_training").fusion.learner(list(blends.names)).learn(blends.history.form, examples)
        )
        np.testing.assert_allclose(again.weights, blends.history.weights, rtol=1e-5)

    def test_labelled_pairs_are_not_in_the_history(self, tables, learned):
        _, _, _, pairs, _ = learned
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
        _, _, _, pairs, _ = learn(tables | {"split_interactions": events, "protocol": protocol})
        assert set(pairs.loc[~pairs["liked"], "user_id"]) <= set(events.loc[disliked, "user_id"])
        assert (~pairs["liked"]).any() and pairs["liked"].any()
        assert pairs["ranking_score"].isna().all()  # with ratings nobody asks for it

    def test_test_ratings_do_not_say_what_a_like_is(self, tables):
        """Of one to five stars four are a like; a seven among test ratings must not raise that."""
        events = tables["split_interactions"].copy()
        events["value"] = 1.0 + np.arange(len(events)) % 5
        labels = []
        for highest in (5.0, 7.0):
            events["value"] = events["value"].mask(events["split"] == "test", highest)
            labels.append(learn(tables | {"split_interactions": events})[3])
        pd.testing.assert_frame_equal(*labels)
        assert labels[0]["liked"].tolist() == (labels[0]["value"] >= 4).tolist()

    def test_a_few_people_are_enough_and_the_seed_decides(self, tables):
        one, other = learn(tables, people=5, seed=1)[2], learn(tables, people=5, seed=1)[2]
        pd.testing.assert_frame_equal(one, other)

    def test_only_what_is_trained_in_epochs_has_a_curve(self, learned):
        assert learned[4].empty
        model = NeuralSequence()
        model.curves = [{"epoch": 1, "next_item": 2.0}, {"epoch": 2, "next_item": 1.0}]
        curves = training_curves({"popularity": Popularity(), "neural": model})
        assert curves["recommender"].tolist() == ["neural", "neural"]
        assert curves["next_item"].tolist() == [2, 1]

    def test_without_times_order_based_models_sit_out(self):
        untimed = market("random_ratio", timed=False)
        _, _, weights, *_ = learn(untimed)
        assert "sequence" not in set(weights["recommender"])
        assert weights["weight"].sum() == pytest.approx(1)

    def test_without_relevant_targets_all_weigh_alike(self, tables):
        strict = tables | {
            "split_interactions": tables["split_interactions"].assign(value=1.0),
            "protocol": {**tables["protocol"], "relevance": {"threshold": 5.0}},
        }
        weights = learn(strict)[2].set_index("recommender")
        assert weights["weight"].sum() == pytest.approx(1)
        assert weights["ndcg"].isna().all()


def test_pair_predictor_is_learned_on_the_labelled_pairs(tables, learned):
    data = data_of(tables, "tuning")
    predictor = learn_pair_predictor(data, tables["split_interactions"], learned[3], few_recommenders())
    asked = pd.DataFrame({"user_id": ["cook0", "cook0"], "item_id": ["oven0", "plane1"]})
    known = predictor.refit(tables["split_interactions"], data.items.ids, {})
    predicted = known.predict(asked, np.array([np.nan, np.nan]))
    assert predicted["like_probability"].between(0, 1).all()


class TestOptions:
    def test_a_fusion_of_unknown_recommenders_is_refused(self):
        known = options("model_training")
        fusion = known.fusion.model_dump() | {"fallback": "novelty"}
        with pytest.raises(ValidationError, match="fallback names 'novelty', which is not among the"):
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
