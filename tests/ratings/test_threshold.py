import numpy as np
import pytest
from sklearn.metrics import f1_score

from tesserec.ratings import choose_threshold


def test_hand_worked():
    """From .6 on two of three called liked are; from .9 on one of one, of two; from .2 on two of four."""
    probabilities, liked = np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False])
    assert choose_threshold(probabilities, liked) == 0.6


def test_no_other_threshold_has_a_higher_f1():
    generator = np.random.default_rng(0)
    probabilities = generator.random(300).round(2)
    liked = generator.random(300) < probabilities**2
    chosen = choose_threshold(probabilities, liked)
    scores = [f1_score(liked, probabilities >= threshold) for threshold in np.linspace(0, 1, 101)]
    assert 0.2 < chosen < 0.9
    assert f1_score(liked, probabilities >= chosen) == pytest.approx(max(scores))


def test_where_it_is_best_to_call_all_liked_the_threshold_is_0():
    assert choose_threshold(np.full(5, 0.7), np.array([True, True, True, False, False])) == 0
    assert choose_threshold(np.array([0.3, 0.4]), np.array([True, True])) == 0


@pytest.mark.parametrize("pairs", [0, 3])
def test_without_a_like_it_stays_in_the_middle(pairs):
    assert choose_threshold(np.full(pairs, 0.1), np.zeros(pairs, bool)) == 0.5
