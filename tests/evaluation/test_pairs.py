import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from tesserec.evaluation.pairs import (
    CURVES,
    PREDICTOR,
    Predicted,
    held_out_pairs,
    judge_pairs,
    predict_baselines,
)
from tesserec.ratings import Fold, RatingScale, choose_threshold

STARS = RatingScale("rating", 1.0, 5.0, 3.5)
CLICKS = RatingScale(None, np.nan, np.nan, np.nan)
ITEMS = np.array([f"i{k}" for k in range(12)])


def log(*rows, event="rating"):
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "value"])
    return table.assign(event=event, weight=1.0)


def fold(history, *rows):
    """Rated pairs with their history."""
    pairs = pd.DataFrame(rows, columns=["user_id", "item_id", "value"])
    return Fold(history, pairs.assign(liked=pairs["value"] >= 3.5, weight=1.0))


def said(*probabilities, rating=3.0, threshold=0.5):
    table = pd.DataFrame({"like_probability": np.array(probabilities, dtype=float), "rating": rating})
    return Predicted(table, threshold)


def label(history, held_out, scale=STARS, people=None):
    return held_out_pairs(history, held_out, ITEMS, scale, people=people, unseen_per_pair=4, seed=0).pairs


class TestHeldOutPairs:
    def test_a_pair_that_was_rated_before_is_not_asked_for(self):
        pairs = label(log(("a", "i0", 5.0)), log(("a", "i0", 1.0), ("a", "i1", 2.0)))
        assert pairs[["item_id", "value", "liked"]].values.tolist() == [["i1", 2.0, False]]

    def test_a_pair_that_was_only_seen_before_is(self):
        pairs = label(log(("a", "i0", np.nan), event="view"), log(("a", "i0", 4.0)))
        assert pairs["liked"].tolist() == [True]

    def test_without_ratings_unseen_pairs_are_drawn(self):
        history = log(*((f"u{k}", "i0", np.nan) for k in range(9)))
        pairs = label(history, log(("u1", "i2", np.nan), ("u2", "i0", np.nan)), CLICKS)
        assert pairs.loc[pairs["liked"], ["user_id", "item_id"]].values.tolist() == [["u1", "i2"]]
        assert pairs.loc[~pairs["liked"], "weight"].sum() == pytest.approx(9 * 12 - 10)

    def test_some_people_can_be_drawn(self):
        held_out = log(*((f"u{k}", "i1", 4.0) for k in range(9)))
        assert label(log(("u1", "i0", 5.0)), held_out, people=3)["user_id"].nunique() == 3


def opinions(seed, people, *, upside_down=False):
    """Ratings of ten items from bad to good."""
    generator = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        for item in generator.choice(10, 4, replace=False):
            liked = generator.random() < (9 - item if upside_down else item) / 9
            rows.append((f"u{seed}-{person}", ITEMS[item], 5.0 if liked else 1.0))
    return rows


class TestBaselines:
    def test_their_thresholds_are_best_on_validation_pairs_and_never_see_the_test_pairs(self):
        """In the test pairs what was good is bad, so that any other threshold would do better."""
        history = log(*opinions(0, 60))
        validation, same, turned = (
            fold(history, *rows)
            for rows in (opinions(1, 60), opinions(2, 60), opinions(2, 60, upside_down=True))
        )
        one, other = (predict_baselines(validation, test, ITEMS, STARS) for test in (same, turned))
        assert {name: said.threshold for name, said in one.items()} == {
            name: said.threshold for name, said in other.items()
        }
        chosen, best = one["item_mean"], other["item_mean"]
        probabilities, liked = best.table["like_probability"], turned.pairs["liked"]
        best_on_test = choose_threshold(probabilities.to_numpy(), liked.to_numpy())
        assert abs(best_on_test - chosen.threshold) > 0.1
        assert f1_score(liked, probabilities >= best_on_test) > f1_score(
            liked, probabilities >= chosen.threshold
        )
        before = predict_baselines(validation, validation, ITEMS, STARS)["item_mean"].table[
            "like_probability"
        ]
        scores = [f1_score(validation.pairs["liked"], before >= at) for at in np.linspace(0, 1, 101)]
        assert f1_score(validation.pairs["liked"], before >= chosen.threshold) == pytest.approx(max(scores))

    def test_a_pair_of_the_history_does_not_tell_its_own_value(self):
        rows = opinions(1, 30)
        validation = fold(log(*opinions(0, 60)), *rows)
        leaking = fold(log(*opinions(0, 60), *rows), *rows)
        one, other = (predict_baselines(part, part, ITEMS, STARS) for part in (validation, leaking))
        pd.testing.assert_frame_equal(one["user_item_mean"].table, other["user_item_mean"].table)

    def test_without_validation_pairs_there_is_still_a_threshold(self):
        history = log(*opinions(0, 20))
        found = predict_baselines(fold(history), fold(history, *opinions(1, 5)), ITEMS, STARS)
        assert {one.threshold for one in found.values()} == {0.5}


class TestJudge:
    HISTORY = log(("a", "i0", 5.0), ("b", "i1", 1.0))
    TEST = fold(HISTORY, ("a", "i1", 5.0), ("a", "i2", 1.0), ("c", "i0", 4.0), ("c", "i1", 2.0))

    def judge(self, test=None, scale=STARS, **predicted):
        return judge_pairs(self.TEST if test is None else test, predicted, scale, seed=0)

    def test_by_hand(self):
        document, _ = self.judge(pair_predictor=said(0.9, 0.6, 0.3, 0.1, rating=np.array([4.0, 1, 4, 2])))
        measured = document["predictors"][PREDICTOR]["all"]
        assert measured["rmse"]["value"] == pytest.approx(0.5)
        assert measured["auc"]["value"] == 0.75
        assert (measured["precision"]["value"], measured["recall"]["value"]) == (0.5, 0.5)
        assert document["thresholds"] == {PREDICTOR: 0.5}
        assert document["groups"]["all"] == {"pairs": 4, "people": 2, "likes": 2}

    def test_groups_of_known_and_new(self):
        document, _ = self.judge(pair_predictor=said(0.9, 0.6, 0.3, 0.1))
        assert document["groups"] == {
            "all": {"pairs": 4, "people": 2, "likes": 2},
            "known_items": {"pairs": 3, "people": 2, "likes": 2},
            "new_items": {"pairs": 1, "people": 1, "likes": 0},
            "known_people": {"pairs": 2, "people": 1, "likes": 1},
            "new_people": {"pairs": 2, "people": 1, "likes": 1},
        }
        new = document["predictors"][PREDICTOR]["new_items"]
        assert new["brier"]["value"] == pytest.approx(0.36)
        assert new["auc"] == {"value": None, "low": None, "high": None}

    def test_a_group_of_nobody_is_left_out(self):
        test = fold(self.HISTORY, ("a", "i1", 5.0), ("b", "i0", 1.0))
        document, _ = self.judge(test, pair_predictor=said(0.9, 0.6))
        assert list(document["groups"]) == ["all"]

    def test_the_first_is_compared_with_the_others(self):
        document, _ = self.judge(
            pair_predictor=said(0.9, 0.1, 0.9, 0.1), base_rate=said(0.5, 0.5, 0.5, 0.5, rating=2.0)
        )
        assert list(document["differences"]) == ["base_rate"]
        of_all = {name: one["all"] for name, one in document["predictors"].items()}
        for metric, difference in document["differences"]["base_rate"].items():
            first, other = (of_all[name][metric]["value"] for name in (PREDICTOR, "base_rate"))
            assert difference["value"] == pytest.approx(first - other)
        assert document["differences"]["base_rate"]["brier"]["high"] < 0

    def test_intervals_are_of_people_and_not_of_pairs(self):
        """Ten people who each like everything or nothing, thirty pairs each."""
        rows = [(f"p{k}", f"i{j % 12}", 5.0 if k % 2 else 1.0) for k in range(10) for j in range(30)]
        tests = [
            fold(self.HISTORY, *rows),
            fold(self.HISTORY, *((f"p{place}", *row[1:]) for place, row in enumerate(rows))),
        ]
        widths = []
        for test in tests:
            document, _ = self.judge(test, pair_predictor=said(*[0.5] * 300))
            bias = document["predictors"][PREDICTOR]["all"]["bias"]
            widths.append(bias["high"] - bias["low"])
        assert widths[0] > 4 * widths[1]

    def test_curves_are_those_of_all_pairs(self):
        probabilities = np.random.default_rng(0).random(400)
        rows = [(f"p{k % 80}", f"i{k % 12}", 5.0 if k % 3 else 1.0) for k in range(400)]
        test = fold(self.HISTORY, *rows)
        document, curves = self.judge(test, pair_predictor=said(*probabilities), base_rate=said(*[0.6] * 400))
        assert list(curves.columns) == CURVES
        counts = curves.groupby(["predictor", "curve"]).size()
        assert counts[PREDICTOR, "calibration"] == 10
        assert counts["base_rate", "calibration"] == 1
        area = document["predictors"][PREDICTOR]["all"]["auc"]["value"]
        assert area == pytest.approx(roc_auc_score(test.pairs["liked"], probabilities))
        roc = curves[(curves["predictor"] == PREDICTOR) & (curves["curve"] == "roc")]
        assert np.trapezoid(roc["y"], roc["x"]) == pytest.approx(area, abs=0.01)

    def test_without_ratings_there_are_no_errors_of_ratings(self):
        test = Fold(
            log(("a", "i0", np.nan)), self.TEST.pairs.assign(value=[1.0, 0, 1, 0], weight=[1, 9, 1, 9])
        )
        document, _ = self.judge(test, CLICKS, pair_predictor=said(0.9, 0.6, 0.3, 0.1, rating=np.nan))
        measured = document["predictors"][PREDICTOR]["all"]
        assert "rmse" not in measured
        assert measured["bias"]["value"] == pytest.approx((-0.1 + 9 * 0.6 - 0.7 + 9 * 0.1) / 20)
        assert measured["precision"]["value"] == 0.5

    @pytest.mark.parametrize("value", [1.0, 5.0])
    def test_without_contrast_nothing_is_told_apart_and_all_else_is_measured(self, value):
        test = Fold(self.HISTORY, self.TEST.pairs.assign(value=value, liked=value > 3))
        document, curves = self.judge(test, pair_predictor=said(0.9, 0.6, 0.3, 0.1))
        measured = document["predictors"][PREDICTOR]["all"]
        assert measured["auc"]["value"] is None
        assert measured["rmse"]["value"] == 2
        assert set(curves["curve"]) == {"calibration"}
        json.dumps(document, allow_nan=False)

    def test_without_pairs_there_is_an_empty_table(self):
        document, curves = self.judge(fold(self.HISTORY), pair_predictor=said())
        assert document == {"thresholds": {}, "groups": {}, "predictors": {}, "differences": {}}
        assert curves.empty
        assert list(curves.columns) == CURVES
