"""From log-odds to probabilities that hold."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from tesserec.ratings.heads import logistic_loss

Method = Literal["none", "platt", "isotonic"]
# Below these an isotonic step rests on too few pairs to be more than noise.
FEWEST_FOR_PLATT, FEWEST_FOR_ISOTONIC = 200, 1000
FOLDS = 5


@dataclass(frozen=True)
class Calibration:
    """A monotone map of log-odds: piecewise linear between knots, straight with a slope beyond them.

    Attributes:
        method: How it was fitted.
        knots: Log-odds before, ascending, (knots,); empty for a straight line.
        values: Log-odds after, (knots,).
        slope: Slope of the straight line.
        intercept: Its intercept.
    """

    method: Method
    knots: np.ndarray
    values: np.ndarray
    slope: float
    intercept: float

    def apply(self, log_odds: np.ndarray) -> np.ndarray:
        """Map log-odds, (pairs,)."""
        if self.method == "isotonic":
            return np.interp(log_odds, self.knots, self.values)
        return self.intercept + self.slope * log_odds


def fit_calibration(log_odds: np.ndarray, liked: np.ndarray, method: Method) -> Calibration:
    """Fit a calibration.

    Args:
        log_odds: Log-odds of pairs by a model that was not fitted on them, (pairs,).
        liked: Whether each pair was liked, (pairs,) bool.
        method: "none"; "platt", a logistic regression on the log-odds (Platt 1999); "isotonic", a monotone
            step function (Zadrozny and Elkan 2002), whose probabilities stay off 0 and 1 by 1 / (pairs + 2).
    """
    if method == "platt":
        model = LogisticRegression(C=1e4, solver="newton-cholesky").fit(log_odds[:, None], liked)
        return Calibration(
            method, np.zeros(0), np.zeros(0), float(model.coef_[0, 0]), float(model.intercept_[0])
        )
    if method == "isotonic":
        edge = 1 / (len(liked) + 2)
        model = IsotonicRegression(y_min=edge, y_max=1 - edge).fit(log_odds, liked)
        return Calibration(method, model.X_thresholds_, logit(model.y_thresholds_), 1.0, 0.0)
    return Calibration("none", np.zeros(0), np.zeros(0), 1.0, 0.0)


def choose_calibration(log_odds: np.ndarray, liked: np.ndarray, seed: int) -> Calibration:
    """Fit the method with the least cross-validated log loss among those that the number of pairs allows.

    Args:
        log_odds: Log-odds of pairs by a model that was not fitted on them, (pairs,); may be empty.
        liked: Whether each pair was liked, (pairs,) bool.
        seed: Seed of the five folds.
    """
    methods: list[Method] = ["none"]
    if len(log_odds) >= FEWEST_FOR_PLATT:
        methods.append("platt")
    if len(log_odds) >= FEWEST_FOR_ISOTONIC:
        methods.append("isotonic")
    losses: dict[Method, float] = {
        method: _held_out_loss(log_odds, liked, method, seed) for method in methods[1:]
    }
    if losses:
        losses["none"] = logistic_loss(log_odds, liked)
    best = min(methods, key=lambda method: losses.get(method, np.inf))
    return fit_calibration(log_odds, liked, best)


def find_offset(log_odds: np.ndarray, liked: np.ndarray, weights: np.ndarray) -> float:
    """Find what to add to log-odds so that the mean probability is the share of likes in the population.

    A sample with few of the pairs that were not liked overstates every probability (King and Zeng 2001);
    solving for the intercept on the weighted sample holds even where the model is not exact.

    Args:
        log_odds: Log-odds of the sampled pairs, (pairs,).
        liked: Whether each pair was liked, (pairs,) bool.
        weights: Pairs of the population that each one stands for, (pairs,).

    Returns:
        The offset; 0 where all pairs or none were liked, which tells nothing.
    """
    if len(liked) == 0 or liked.all() or not liked.any():
        return 0.0
    share = np.average(liked, weights=weights)
    widest = float(np.abs(log_odds).max() + abs(logit(share)) + 1)
    return float(
        brentq(lambda add: np.average(expit(log_odds + add), weights=weights) - share, -widest, widest)
    )


def _held_out_loss(log_odds: np.ndarray, liked: np.ndarray, method: Method, seed: int) -> float:
    after = np.empty(len(log_odds))
    for fit, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(log_odds, liked):
        after[test] = fit_calibration(log_odds[fit], liked[fit], method).apply(log_odds[test])
    return logistic_loss(after, liked)
