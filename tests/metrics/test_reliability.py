import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from tesserec.metrics.outcomes import Outcomes
from tesserec.metrics.reliability import calibration_points


def planted(pairs=1000, power=1.0, seed=0):
    generator = np.random.default_rng(seed)
    probabilities = generator.random(pairs)
    liked = generator.random(pairs) < probabilities**power
    return Outcomes(np.arange(pairs) // 4, liked, np.ones(pairs)), probabilities


class TestCalibration:
    def test_agrees_with_sklearn(self):
        outcomes, probabilities = planted()
        points = calibration_points(outcomes, probabilities, seed=0, rounds=20)
        shares, means = calibration_curve(outcomes.liked, probabilities, n_bins=10, strategy="quantile")
        np.testing.assert_allclose(points["x"], means)
        np.testing.assert_allclose(points["y"], shares)
        assert points["pairs"].tolist() == [100] * 10

    def test_intervals_hold_the_diagonal_of_a_calibrated_predictor_alone(self):
        within = {}
        for power in (1.0, 3.0):
            points = calibration_points(*planted(4000, power), seed=0)
            assert (points["low"] <= points["y"]).all() and (points["y"] <= points["high"]).all()
            within[power] = ((points["low"] <= points["x"]) & (points["x"] <= points["high"])).sum()
        assert within[1.0] >= 8
        assert within[3.0] <= 2

    def test_pairs_count_for_those_they_stand_for(self):
        outcomes = Outcomes(np.arange(4), np.array([True, False, False, True]), np.array([1.0, 3, 2, 2]))
        points = calibration_points(outcomes, np.array([0.1, 0.1, 0.6, 0.6]), seed=0, rounds=20)
        assert points["y"].tolist() == [0.25, 0.5]
        assert points["x"].tolist() == pytest.approx([0.1, 0.6])
        assert points["pairs"].tolist() == [2, 2]

    def test_a_constant_has_one_bin(self):
        outcomes, _ = planted(40)
        points = calibration_points(outcomes, np.full(40, 0.5), seed=0, rounds=20)
        assert points["y"].tolist() == [outcomes.liked.mean()]
