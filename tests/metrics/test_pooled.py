import numpy as np
import pytest
from sklearn import metrics

from tesserec.metrics import classification_metrics, mae, rmse
from tesserec.metrics.outcomes import Outcomes
from tesserec.metrics.pooled import pooled_metrics
from tesserec.metrics.reliability import calibration_error, equal_count_bins


def one_each(liked, weights=None, ratings=None):
    """Outcomes of pairs of as many people."""
    liked = np.asarray(liked, dtype=bool)
    weights = np.ones(len(liked)) if weights is None else np.asarray(weights, dtype=float)
    return Outcomes(np.arange(len(liked)), liked, weights, ratings)


def random_pairs(seed=0, people=60, each=5):
    generator = np.random.default_rng(seed)
    probabilities = generator.random(people * each).round(2)  # with ties
    return np.repeat(np.arange(people), each), generator.random(people * each) < probabilities, probabilities


class TestValues:
    def test_hand_worked(self):
        outcomes = one_each([1, 0, 1, 0], ratings=np.array([5.0, 1, 4, 2]))
        probabilities = np.array([0.9, 0.6, 0.3, 0.1])
        value = pooled_metrics(outcomes, probabilities, np.array([4.0, 1, 2, 2]), 0.5, seed=0, rounds=5).value
        assert value["rmse"] == pytest.approx(np.sqrt(5 / 4))
        assert value["mae"] == pytest.approx(3 / 4)
        assert value["auc"] == pytest.approx(3 / 4)
        assert value["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.3, 0.9]).mean())
        assert value["brier"] == pytest.approx((0.01 + 0.36 + 0.49 + 0.01) / 4)
        assert value["bias"] == pytest.approx(1.9 / 4 - 0.5)
        assert (value["precision"], value["recall"], value["f1"]) == (0.5, 0.5, 0.5)
        # Each pair is a bin of its own.
        assert value["calibration_error"] == pytest.approx((0.1 + 0.6 + 0.7 + 0.1) / 4)

    def test_agrees_with_the_metrics_of_single_pairs(self):
        users, liked, probabilities = random_pairs()
        given, predicted = np.random.default_rng(1).normal(size=(2, len(users)))
        outcomes = Outcomes(users, liked, np.ones(len(users)), given)
        value = pooled_metrics(outcomes, probabilities, predicted, 0.4, seed=0, rounds=5).value
        expected = classification_metrics(liked, probabilities, 0.4)
        expected |= {"rmse": rmse(given, predicted), "mae": mae(given, predicted)}
        assert {name: value[name] for name in expected} == pytest.approx(expected)

    def test_weights_agree_with_sklearn(self):
        users, liked, probabilities = random_pairs()
        weights = np.where(liked, 1.0, 37.0)
        value = pooled_metrics(
            Outcomes(users, liked, weights), probabilities, None, 0.4, seed=0, rounds=5
        ).value
        said = probabilities >= 0.4
        bounded = np.clip(probabilities, np.finfo(float).eps, 1 - np.finfo(float).eps)
        assert value["auc"] == pytest.approx(
            metrics.roc_auc_score(liked, probabilities, sample_weight=weights)
        )
        assert value["log_loss"] == pytest.approx(metrics.log_loss(liked, bounded, sample_weight=weights))
        assert value["brier"] == pytest.approx(
            metrics.brier_score_loss(liked, probabilities, sample_weight=weights)
        )
        assert value["f1"] == pytest.approx(metrics.f1_score(liked, said))  # each pair once
        assert "rmse" not in value

    def test_one_outcome_only(self):
        measured = pooled_metrics(one_each([1, 1]), np.array([0.5, 0.2]), None, 0.9, seed=0, rounds=5)
        assert np.isnan(measured.value["auc"])
        assert np.isnan(measured.intervals()["auc"].low)
        assert (measured.value["precision"], measured.value["recall"], measured.value["f1"]) == (0, 0, 0)

    def test_a_constant_separates_nothing(self):
        _, liked, _ = random_pairs()
        measured = pooled_metrics(one_each(liked), np.full(len(liked), 0.3), None, 0.5, seed=0, rounds=20)
        assert measured.value["auc"] == 0.5
        assert measured.intervals()["auc"][1:] == (0.5, 0.5)


class TestIntervals:
    def test_a_draw_of_people_is_the_metric_of_their_pairs(self):
        users, liked, probabilities = random_pairs(people=7)
        outcomes = Outcomes(users, liked, np.ones(len(users)))
        measured = pooled_metrics(outcomes, probabilities, None, 0.4, seed=3, rounds=4)
        (times,) = outcomes.draw(3, 4)
        for turn, drawn in enumerate(times):
            rows = np.concatenate(
                [np.repeat(np.flatnonzero(users == who), int(n)) for who, n in enumerate(drawn)]
            )
            expected = classification_metrics(liked[rows], probabilities[rows], 0.4)
            assert {name: measured.rounds[name][turn] for name in expected} == pytest.approx(expected)

    def test_where_the_pairs_of_a_person_are_alike_people_tell_less_than_pairs_would(self):
        """Thirty people, each of whom likes all or nothing of twenty: no more is known than of 30."""
        generator = np.random.default_rng(0)
        liked = np.repeat(generator.random(30) < 0.5, 20)
        probabilities = np.full(600, 0.5) + generator.normal(scale=0.01, size=600)
        widths = {}
        for name, users in {"people": np.repeat(np.arange(30), 20), "pairs": np.arange(600)}.items():
            outcomes = Outcomes(users, liked, np.ones(600))
            interval = pooled_metrics(outcomes, probabilities, None, 0.5, seed=0).intervals()["bias"]
            widths[name] = interval.high - interval.low
        assert widths["people"] == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(30), rel=0.15)
        assert widths["people"] / widths["pairs"] == pytest.approx(np.sqrt(20), rel=0.15)

    def test_intervals_hold_the_truth_about_as_often_as_promised(self):
        held = 0
        for seed in range(80):
            users, liked, probabilities = random_pairs(seed)
            measured = pooled_metrics(Outcomes(users, liked, np.ones(300)), probabilities, None, 0.5, seed=0,
                                      rounds=200)  # fmt: skip
            bias = measured.intervals()["bias"]
            held += bias.low <= 0 <= bias.high
        assert 0.88 <= held / 80 <= 0.99

    def test_differences_are_paired(self):
        """Two predictors that differ by a constant: each alone is uncertain, their difference is not."""
        users, liked, probabilities = random_pairs()
        outcomes = Outcomes(users, liked, np.ones(len(users)))
        first, second = (
            pooled_metrics(outcomes, probabilities * 0.9 + add, None, 0.5, seed=0, rounds=50)
            for add in (0.1, 0.0)
        )
        value, low, high = first.minus(second).intervals()["bias"]
        assert (value, low, high) == pytest.approx((0.1, 0.1, 0.1))
        assert "calibration_error" not in first.minus(second).value

    def test_the_seed_decides(self):
        users, liked, probabilities = random_pairs()
        outcomes = Outcomes(users, liked, np.ones(len(users)))
        one, same, other = (
            pooled_metrics(outcomes, probabilities, None, 0.5, seed=seed, rounds=50).intervals()["auc"]
            for seed in (1, 1, 2)
        )
        assert one == same != other


class TestCalibrationError:
    def test_bins_have_equal_counts_as_far_as_ties_allow(self):
        assert np.bincount(equal_count_bins(np.random.default_rng(0).random(50))).tolist() == [5] * 10
        assert len(np.unique(equal_count_bins(np.full(9, 0.3)))) == 1

    def test_by_hand_with_weights(self):
        """Four pairs of .2 that stand for 1, 1, 1 and 7, one liked; ten of .8, all liked."""
        probabilities = np.repeat([0.2, 0.8], [4, 10])
        liked = np.array([1, 0, 0, 0] + [1] * 10)
        outcomes = one_each(liked, weights=[1, 1, 1, 7] + [1] * 10)
        expected = (abs(0.2 * 10 - 1) + abs(0.8 * 10 - 10)) / 20
        assert calibration_error(outcomes, probabilities) == pytest.approx(expected)

    @pytest.mark.parametrize("others", [1, 50])
    def test_who_is_calibrated_is_within_chance_and_who_is_not_is_found(self, others):
        """Also where one in so many of the pairs that were not liked was drawn."""
        generator = np.random.default_rng(6)
        truth = generator.beta(1, 4, size=20_000)
        liked = generator.random(20_000) < truth
        kept = liked | (generator.random(20_000) < 1 / others)
        outcomes = one_each(liked[kept], np.where(liked, 1.0, others)[kept])
        overconfident = truth**2 / (truth**2 + (1 - truth) ** 2)
        told = {}
        for name, probabilities in {"right": truth[kept], "wrong": overconfident[kept]}.items():
            measured = pooled_metrics(outcomes, probabilities, None, 0.5, seed=0, rounds=50)
            told[name] = measured.value, measured.intervals()["bias"]
        value, bias = told["right"]
        assert value["calibration_error"] < value["calibration_error_by_chance"]
        assert bias.low < 0 < bias.high
        value, bias = told["wrong"]
        assert value["calibration_error"] > 3 * value["calibration_error_by_chance"]
        assert bias.high < 0

    @pytest.mark.parametrize("others", [1, 20])
    def test_chance_exceeds_it_in_one_of_twenty_cases(self, others):
        above = 0
        for seed in range(80):
            generator = np.random.default_rng(10_000 + seed)
            truth = generator.beta(1, 9, size=1500)
            liked = generator.random(1500) < truth
            kept = liked | (generator.random(1500) < 1 / others)
            outcomes = one_each(liked[kept], np.where(liked, 1.0, others)[kept])
            value = pooled_metrics(outcomes, truth[kept], None, 0.5, seed=0, rounds=1).value
            above += value["calibration_error"] > value["calibration_error_by_chance"]
        assert 1 <= above <= 10
