import math

import numpy as np
import pytest

from tesserec.metrics import classification_metrics


def test_hand_worked():
    liked = np.array([1, 0, 1, 0])
    probabilities = np.array([0.9, 0.6, 0.3, 0.1])
    measured = classification_metrics(liked, probabilities)
    assert measured["auc"] == pytest.approx(3 / 4)
    assert measured["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.3, 0.9]).mean())
    assert measured["brier"] == pytest.approx((0.01 + 0.36 + 0.49 + 0.01) / 4)
    assert (measured["precision"], measured["recall"], measured["f1"]) == (0.5, 0.5, 0.5)


def test_the_threshold_itself_counts_as_liked():
    measured = classification_metrics(np.array([1, 0]), np.array([0.3, 0.2]), threshold=0.3)
    assert (measured["precision"], measured["recall"]) == (1, 1)


def test_one_outcome_only_has_no_auc_but_a_loss():
    measured = classification_metrics(np.array([1, 1]), np.array([0.5, 0.5]))
    assert math.isnan(measured["auc"])
    assert measured["log_loss"] == pytest.approx(math.log(2))


def test_no_pairs():
    measured = classification_metrics(np.array([]), np.array([]))
    assert len(measured) == 6
    assert all(math.isnan(value) for value in measured.values())
