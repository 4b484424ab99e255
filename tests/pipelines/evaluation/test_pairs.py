import json

import numpy as np
import pandas as pd
import pytest

from tesserec.evaluation.pairs import PREDICTOR
from tesserec.pipelines.evaluation.pairs import evaluate_pairs
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.model_training.nodes import learn_blends, learn_pair_predictor
from tesserec.pipelines.recommendation.nodes import predict_pairs
from tesserec.pipelines.reporting.pairs import draw_calibration, draw_roc
from tesserec.recommenders import Fusion
from tesserec.report.predictions import PairTable

from ..market import few_recommenders, market, options


def data_of(tables, stage):
    return training_data_builder(stage)(*(tables[name] for name in INPUTS), options("feature_fusion"))


def learn(tables):
    """What training and the evaluation of the recommenders hand over, and the testing data."""
    split, models, tuning = tables["split_interactions"], few_recommenders(), data_of(tables, "tuning")
    blends, _, _, labelled, _ = learn_blends(tuning, split, tables["candidates"], tables["protocol"], models)
    testing = data_of(tables, "testing")
    fusion = Fusion.fit(models.build(), blends, testing)
    return fusion, testing, labelled, learn_pair_predictor(tuning, split, labelled, models)


def evaluate(tables, learned, **changed):
    fusion, testing, labelled, predictor = learned
    document, curves = evaluate_pairs(
        fusion, testing, tables["split_interactions"], labelled, predictor, few_recommenders(),
        options("evaluation", **changed),
    )  # fmt: skip
    json.dumps(document, allow_nan=False)
    return document, curves


def rate(tables, value):
    """The same log with ratings."""
    return tables | {"split_interactions": tables["split_interactions"].assign(value=value, event="rating")}


def stars(split):
    """Even numbers are good and odd ones bad, with some noise."""
    noise = np.random.default_rng(0).random(len(split)) < 0.15
    good = split["item_id"].str.extract(r"(\d+)$")[0].astype(int) // 2 % 2 == 0
    return np.where(good ^ noise, 5.0, 2.0)


@pytest.fixture(scope="module")
def clicks():
    tables = market()
    return tables, learn(tables)


@pytest.fixture(scope="module")
def ratings():
    tables = rate(market(), stars(market()["split_interactions"]))
    return tables, learn(tables)


class TestWithoutRatings:
    def test_every_new_pair_of_the_test_split_and_some_that_did_not_occur_are_judged(self, clicks):
        document, _ = evaluate(*clicks)
        test = clicks[0]["split_interactions"].query("split == 'test'")
        counts = document["groups"]["all"]
        assert counts["likes"] == len(test)
        assert len(test) < counts["pairs"] <= 5 * len(test)
        assert "4 pairs that did not occur are drawn" in document["pairs"]
        assert document["like_from"] is None

    def test_what_was_planted_is_found(self, clicks):
        document, _ = evaluate(*clicks)
        areas = {name: groups["all"]["auc"]["value"] for name, groups in document["predictors"].items()}
        assert set(areas) == {PREDICTOR, "base_rate", "popularity"}
        assert areas[PREDICTOR] > 0.85
        assert areas["base_rate"] == 0.5
        assert document["differences"]["popularity"]["auc"]["low"] > 0

    def test_the_fusion_takes_part(self, clicks):
        tables, (fusion, testing, labelled, predictor) = clicks
        silent = Fusion({}, fusion.blends, fusion.support)
        document, _ = evaluate(tables, (silent, testing, labelled, predictor))
        heard, _ = evaluate(*clicks)
        one, other = (d["predictors"][PREDICTOR]["all"]["auc"]["value"] for d in (document, heard))
        assert one < other - 0.02

    def test_people_are_drawn(self, clicks):
        document, _ = evaluate(*clicks, people=5)
        assert document["groups"]["all"]["likes"] == 5


class TestWithRatings:
    def test_ratings_and_likes_are_judged(self, ratings):
        document, _ = evaluate(*ratings)
        test = ratings[0]["split_interactions"].query("split == 'test'")
        assert document["groups"]["all"]["pairs"] == len(test)
        assert document["like_from"] == pytest.approx(2 + 0.65 * 3)
        measured = {name: groups["all"] for name, groups in document["predictors"].items()}
        assert set(measured) == {PREDICTOR, "global_mean", "item_mean", "user_item_mean"}
        mean = ratings[0]["split_interactions"].query("split != 'test'")["value"].mean()
        assert measured["global_mean"]["rmse"]["value"] == pytest.approx(
            np.sqrt(np.mean((test["value"] - mean) ** 2))
        )
        assert measured["item_mean"]["rmse"]["value"] < measured["global_mean"]["rmse"]["value"]

    def test_it_predicts_as_serving_does(self, ratings):
        """Serving asked for the test pairs, with the test split not yet there, says the same."""
        tables, (fusion, testing, _, predictor) = ratings
        split = tables["split_interactions"]
        test = split[split["split"] == "test"]
        served = predict_pairs(
            test[["user_id", "item_id"]], predictor, fusion, testing, split[split["split"] != "test"],
            few_recommenders(),
        )  # fmt: skip
        measured = evaluate(*ratings)[0]["predictors"][PREDICTOR]["all"]
        error = np.sqrt(np.mean((served["rating"].to_numpy() - test["value"].to_numpy()) ** 2))
        assert measured["rmse"]["value"] == pytest.approx(error)
        liked = test["value"].to_numpy() > 3
        brier = np.mean((served["like_probability"].to_numpy() - liked) ** 2)
        assert measured["brier"]["value"] == pytest.approx(brier)

    def test_no_threshold_is_chosen_on_test_pairs(self, ratings):
        """Turned upside down, the test ratings would call for other thresholds, but change none."""
        tables, learned = ratings
        split = tables["split_interactions"]
        turned = rate(tables, np.where(split["split"] == "test", 7 - split["value"], split["value"]))
        assert learn(turned)[3].threshold == learned[3].threshold
        one, other = evaluate(tables, learned)[0], evaluate(turned, learned)[0]
        assert one["thresholds"] == other["thresholds"]
        assert one["thresholds"][PREDICTOR] == learned[3].threshold
        assert one["predictors"][PREDICTOR]["all"]["f1"] != other["predictors"][PREDICTOR]["all"]["f1"]
        assert "before the test split" in one["threshold_rule"]


class TestNothingToJudge:
    def test_a_single_rating_says_only_that_something_occurred(self):
        tables = rate(market(), 4.0)
        document, _ = evaluate(tables, learn(tables))
        assert document["like_from"] is None
        assert "rmse" not in document["predictors"][PREDICTOR]["all"]

    @pytest.mark.parametrize("kind", ["clicks", "ratings"])
    def test_no_test_pairs(self, kind, request):
        tables, learned = request.getfixturevalue(kind)
        split = tables["split_interactions"]
        document, curves = evaluate(tables | {"split_interactions": split[split["split"] != "test"]}, learned)
        assert document["groups"] == document["predictors"] == {}
        for figure in (draw_calibration(curves), draw_roc(curves, document)):
            assert "no pair" in figure.layout.annotations[0].text

    def test_all_test_pairs_liked(self, ratings):
        tables, learned = ratings
        split = tables["split_interactions"]
        glad = rate(tables, np.where(split["split"] == "test", 5.0, split["value"]))
        document, curves = evaluate(glad, learned)
        assert document["predictors"][PREDICTOR]["all"]["auc"]["value"] is None
        assert document["predictors"][PREDICTOR]["all"]["rmse"]["value"] > 0
        assert "all were liked" in draw_roc(curves, document).layout.annotations[0].text
        assert len(draw_calibration(curves).data) == 2


def test_the_report_reads_the_document(ratings):
    document, _ = evaluate(*ratings)
    table = PairTable.of(document)
    assert document["threshold_rule"] in table.about and document["pairs"] in table.about
    assert table.rows[PREDICTOR]["rmse"].value == document["predictors"][PREDICTOR]["all"]["rmse"]["value"]


def test_curves_survive_the_way_through_a_file(ratings, tmp_path):
    document, curves = evaluate(*ratings)
    curves.to_csv(tmp_path / "curves.csv", index=False)
    read = pd.read_csv(tmp_path / "curves.csv")
    assert draw_roc(read, document).to_json() == draw_roc(curves, document).to_json()
