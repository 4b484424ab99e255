import numpy as np
import pytest
from sklearn.metrics import f1_score

from tesserec.ratings import choose_threshold


def test_hand_worked():
    """From .6 on two of three called liked are; from .9 on one of one, of two; from .2 on two of four."""
    probabilities, liked = np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False])
    assert choose_threshold(probabilities, liked, np.ones(4)) == 0.6


def test_no_other_threshold_has_a_higher_weighted_f1():
    generator = np.random.default_rng(0)
    probabilities = generator.random(300).round(2)
    liked, weights = generator.random(300) < probabilities**2, np.where(generator.random(300) < 0.5, 1.0, 7.0)

    def f1(threshold):
        return f1_score(liked, probabilities >= threshold, sample_weight=weights)

    chosen = choose_threshold(probabilities, liked, weights)
    assert 0.2 < chosen < 0.9
    assert f1(chosen) == pytest.approx(max(f1(threshold) for threshold in np.linspace(0, 1, 101)))


def test_weights_move_it():
    """Where a pair that was not liked stands for many, only the surest one is worth calling liked."""
    probabilities, liked = np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False])
    assert choose_threshold(probabilities, liked, np.array([1.0, 100, 1, 100])) == 0.9


def test_where_it_is_best_to_call_all_liked_the_threshold_is_0():
    assert choose_threshold(np.full(5, 0.7), np.array([True, True, True, False, False]), np.ones(5)) == 0
    assert choose_threshold(np.array([0.3, 0.4]), np.array([True, True]), np.ones(2)) == 0


@pytest.mark.parametrize("pairs", [0, 3])
def test_without_a_like_it_stays_in_the_middle(pairs):
    assert choose_threshold(np.full(pairs, 0.1), np.zeros(pairs, bool), np.ones(pairs)) == 0.5
