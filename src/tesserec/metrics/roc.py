"""How well probabilities separate: the ROC curve and the area under it."""

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.metrics import roc_curve

from tesserec.metrics.outcomes import Outcomes

MOST_POINTS = 200
_NUMBERS = 4_000_000  # held in memory at once for the areas; float64, so 32 MB


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


class Area:
    """The area under the ROC curve for any draw of the same people, whose pairs are sorted only once."""

    def __init__(self, outcomes: Outcomes, probabilities: np.ndarray) -> None:
        codes, people = pd.factorize(outcomes.users)
        ascending, levels = np.unique(probabilities, return_inverse=True)
        shape = (len(ascending), len(people))
        self._likes, self._others = (
            sp.csr_array((outcomes.weights * kind, (levels, codes)), shape=shape)
            for kind in (outcomes.liked, ~outcomes.liked)
        )
        self._at_once = max(1, _NUMBERS // shape[0])

    def of(self, times: np.ndarray) -> np.ndarray:
        """Return the area of each draw, (draws, people) → (draws,); NaN without both outcomes."""
        areas = [np.zeros(0)]
        for start in range(0, len(times), self._at_once):
            drawn = times[start : start + self._at_once].T  # (people, draws)
            likes, others = self._likes @ drawn, self._others @ drawn  # (levels, draws)
            below = np.cumsum(others, axis=0) - others / 2  # ties count half
            pairs = likes.sum(axis=0) * others.sum(axis=0)
            found = (likes * below).sum(axis=0)
            areas.append(np.divide(found, pairs, out=np.full_like(pairs, np.nan), where=pairs > 0))
        return np.concatenate(areas)
