import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from tesserec.ratings.heads import fit_like_head, fit_rating_head

FALLBACK = np.array([1.0, 0.0])


def test_planted_weights_are_recovered():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(5000, 2)) * [2.0, 5.0] + 3
    truth = 0.7 * features[:, 0] - 0.2 * features[:, 1]
    errors = truth + rng.normal(size=5000) * 0.1
    np.testing.assert_allclose(fit_rating_head(features, errors).predict(features), truth, atol=0.1)
    liked = rng.random(5000) < expit(truth)
    head, held_out = fit_like_head(features, liked, FALLBACK, seed=0)
    np.testing.assert_allclose(head.weights / head.spread, [0.7, -0.2], atol=0.05)
    assert len(held_out) == 5000


def test_noise_features_do_not_fool_the_held_out_log_odds():
    rng = np.random.default_rng(1)
    features, liked = rng.normal(size=(100, 30)), rng.random(100) < 0.5
    _, held_out = fit_like_head(features, liked, np.zeros(30), seed=0)
    assert roc_auc_score(liked, held_out) < 0.7


@pytest.mark.parametrize("count", [0, 5, 49])
def test_too_few_pairs_fall_back(count):
    features = np.arange(2.0 * count).reshape(count, 2)
    assert not fit_rating_head(features, np.ones(count)).predict(np.ones((3, 2))).any()
    head, held_out = fit_like_head(features, np.zeros(count, bool), FALLBACK, seed=0)
    assert len(held_out) == 0
    assert np.diff(head.predict(np.array([[0.0, 9.0], [1.0, 0.0]]))) > 0
    assert head.intercept == pytest.approx(np.log(1 / (count + 1)))


def test_missing_features_count_as_their_mean():
    rng = np.random.default_rng(2)
    features = rng.normal(size=(200, 2)) + 4
    features[:, 1] = np.nan
    head, _ = fit_like_head(features, features[:, 0] > 4, FALLBACK, seed=0)
    absent, mean = np.array([[np.nan, np.nan]]), np.array([[head.centre[0], 0.0]])
    assert head.predict(absent) == head.predict(mean) == head.intercept
