import math

import numpy as np
import pytest

from tesserec.metrics import mae, rmse


def test_hand_worked():
    ratings, predictions = np.array([5.0, 3.0]), np.array([4.0, 6.0])
    assert rmse(ratings, predictions) == pytest.approx(math.sqrt((1 + 9) / 2))
    assert mae(ratings, predictions) == pytest.approx(2)


def test_without_ratings_errors_are_unknown():
    assert math.isnan(rmse(np.array([]), np.array([])))
    assert math.isnan(mae(np.array([]), np.array([])))
