"""Calibration and ROC curves of predicted probabilities."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from tesserec.metrics.pooled import Outcomes, Resampled, equal_count_bins

MOST_POINTS = 200


def calibration_points(
    outcomes: Outcomes, probabilities: np.ndarray, *, seed: int, rounds: int = 1000
) -> pd.DataFrame:
    """Compare probabilities with shares of likes in ten bins of equal count.

    Args:
        outcomes: What happened; at least one pair.
        probabilities: (pairs,).
        seed: Of the draws of people behind the intervals.
        rounds: Number of draws.

    Returns:
        A row per bin that is not empty: `x` (mean probability), `y` (share of likes), `low`, `high` (95 %
        interval of the share, from drawing people), `pairs` (rows, whatever they stand for).
    """
    _, bins = np.unique(equal_count_bins(probabilities), return_inverse=True)
    weights = np.eye(bins.max() + 1)[bins] * outcomes.weights[:, None]  # (pairs, bins)
    wholes, liked = outcomes.by_person(weights), outcomes.by_person(weights * outcomes.liked[:, None])
    shares = liked.sum(axis=0) / wholes.sum(axis=0)
    drawn = []
    for times in outcomes.draw(seed, rounds):
        likes, pairs = times @ liked, times @ wholes
        drawn.append(np.divide(likes, pairs, out=np.full_like(likes, np.nan), where=pairs > 0))
    names = [str(number) for number in range(len(shares))]
    rounds_of = dict(zip(names, np.concatenate(drawn).T, strict=True))
    intervals = Resampled(dict(zip(names, shares.tolist(), strict=True)), rounds_of).intervals()
    return pd.DataFrame({
        "x": probabilities @ weights / weights.sum(axis=0),
        "y": shares,
        "low": [intervals[name].low for name in names],
        "high": [intervals[name].high for name in names],
        "pairs": np.bincount(bins),
    })  # fmt: skip


def roc_points(outcomes: Outcomes, probabilities: np.ndarray) -> pd.DataFrame:
    """Return at most 200 points of the ROC curve, from (0, 0) to (1, 1).

    Args:
        outcomes: What happened.
        probabilities: (pairs,).

    Returns:
        `x` (share of the other pairs that are called liked), `y` (share of the liked ones), `threshold`
        (infinite at the first point); no row unless both outcomes occur.
    """
    if outcomes.liked.all() or not outcomes.liked.any():
        return pd.DataFrame({"x": [], "y": [], "threshold": []}, dtype=float)
    x, y, thresholds = roc_curve(outcomes.liked, probabilities, sample_weight=outcomes.weights)
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).round().astype(int))
    return pd.DataFrame({"x": x[kept], "y": y[kept], "threshold": thresholds[kept]})
