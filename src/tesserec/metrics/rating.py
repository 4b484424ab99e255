"""How far predicted ratings are from given ones."""

import numpy as np


def rmse(ratings: np.ndarray, predictions: np.ndarray) -> float:
    """Root of the mean squared error, in units of the rating; NaN if there is no rating."""
    return float(np.sqrt(_mean((ratings - predictions) ** 2)))


def mae(ratings: np.ndarray, predictions: np.ndarray) -> float:
    """Mean absolute error, in units of the rating; NaN if there is no rating."""
    return float(_mean(np.abs(ratings - predictions)))


def _mean(errors: np.ndarray) -> float:
    return errors.mean() if len(errors) else np.nan
