import numpy as np
import pytest
from scipy.special import expit

from tesserec.ratings.calibration import choose_calibration, find_offset, fit_calibration
from tesserec.ratings.heads import logistic_loss


def draws(shape, count, seed=0):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(size=count) * 2
    return log_odds, rng.random(count) < shape(log_odds)


def test_overconfident_log_odds_are_flattened():
    log_odds, liked = draws(lambda x: expit(0.3 * x + 0.5), 20_000)
    calibration = fit_calibration(log_odds, liked, "platt")
    assert calibration.slope == pytest.approx(0.3, abs=0.03)
    assert calibration.intercept == pytest.approx(0.5, abs=0.05)


def test_steps_ask_for_isotonic():
    log_odds, liked = draws(lambda x: np.where(x > 1, 0.9, 0.1), 5000)
    calibration = choose_calibration(log_odds, liked, seed=0)
    assert calibration.method == "isotonic"
    np.testing.assert_allclose(expit(calibration.apply(np.array([-2.0, 3.0]))), [0.1, 0.9], atol=0.05)


def test_isotonic_never_says_never():
    log_odds = np.linspace(-3, 3, 100)
    calibration = fit_calibration(log_odds, log_odds > 0, "isotonic")
    assert np.isfinite(calibration.apply(np.array([-100.0, 0.0, 100.0]))).all()


def test_right_log_odds_are_left_nearly_alone():
    log_odds, liked = draws(expit, 5000)
    after = choose_calibration(log_odds, liked, seed=0).apply(log_odds)
    assert np.abs(expit(after) - expit(log_odds)).mean() < 0.03
    assert logistic_loss(after, liked) < logistic_loss(log_odds, liked) + 0.005


def test_too_few_pairs_are_not_calibrated():
    log_odds, liked = draws(lambda x: expit(0.1 * x), 60)
    assert choose_calibration(log_odds, liked, seed=0).method == "none"
    assert choose_calibration(np.zeros(0), np.zeros(0, bool), seed=0).method == "none"


def test_sampling_correction_by_hand():
    # Half of the sample was liked, but each other pair stood for nine: one in ten of the population.
    offset = find_offset(np.zeros(2), np.array([True, False]), np.array([1.0, 9.0]))
    assert expit(offset) == pytest.approx(0.1)
    assert find_offset(np.array([4.0, 4.0]), np.array([True, True]), np.ones(2)) == 0
