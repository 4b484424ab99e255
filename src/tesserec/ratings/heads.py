"""Linear heads on the features of pairs: one for ratings, one for likes."""

import warnings
from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import StratifiedKFold, cross_val_predict

FEWEST_PAIRS = 50
FEWEST_OF_A_KIND = 10
FOLDS = 5
RATING_PENALTIES = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
LIKE_STRENGTHS = (0.001, 0.01, 0.1, 1.0)  # inverse penalties


@dataclass(frozen=True)
class LinearHead:
    """`intercept + weights · (features - centre) / spread`; a missing feature counts as its mean.

    Attributes:
        centre: Mean of each feature, (features,).
        spread: Standard deviation of each feature, 1 where it does not vary, (features,).
        weights: Weight of each standardised feature, (features,).
        intercept: What is predicted for the mean features.
    """

    centre: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercept: float

    @classmethod
    def standardising(cls, features: np.ndarray) -> Self:
        """Build a head with zero weights from the features that it will be fitted on, (pairs, features)."""
        if len(features) == 0:
            width = features.shape[1]
            return cls(np.zeros(width), np.ones(width), np.zeros(width), 0.0)
        with warnings.catch_warnings():
            # A feature that is missing everywhere has no mean; it gets 0 below.
            warnings.simplefilter("ignore", RuntimeWarning)
            centre = np.nan_to_num(np.nanmean(features, axis=0))
            spread = np.nan_to_num(np.nanstd(features, axis=0))
        return cls(centre, np.where(spread > 0, spread, 1.0), np.zeros_like(centre), 0.0)

    def standardise(self, features: np.ndarray) -> np.ndarray:
        """Centre and scale features, (pairs, features)."""
        return np.nan_to_num((features - self.centre) / self.spread)

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Predict for pairs, (pairs, features) → (pairs,)."""
        return self.intercept + self.standardise(features) @ self.weights


def fit_rating_head(features: np.ndarray, errors: np.ndarray) -> LinearHead:
    """Fit what is to be added to the bias model's ratings: a ridge regression.

    Args:
        features: (pairs, features), NaN where missing.
        errors: Rating less the bias model's rating, (pairs,).

    Returns:
        The head, its penalty chosen by leave-one-out error; with fewer than 50 pairs it adds nothing.
    """
    head = LinearHead.standardising(features)
    if len(errors) < FEWEST_PAIRS:
        return head
    model = RidgeCV(alphas=RATING_PENALTIES).fit(head.standardise(features), errors)
    return LinearHead(head.centre, head.spread, model.coef_, float(model.intercept_))


def fit_like_head(
    features: np.ndarray, liked: np.ndarray, fallback_weights: np.ndarray, seed: int
) -> tuple[LinearHead, np.ndarray]:
    """Fit the log-odds of a like: a logistic regression.

    Args:
        features: (pairs, features), NaN where missing.
        liked: Whether each pair was liked, (pairs,) bool.
        fallback_weights: Weights of the standardised features where there are fewer than 50 pairs or fewer
            than 10 of either kind; the intercept is then the log-odds of (likes + 1) to (others + 1).
        seed: Seed of the folds.

    Returns:
        The head, its penalty chosen by five-fold log loss, and the log-odds of each pair by the heads that
        were fitted without its fold, (pairs,); (0,) where the fallback was taken.
    """
    head = LinearHead.standardising(features)
    likes = int(liked.sum())
    others = len(liked) - likes
    if len(liked) < FEWEST_PAIRS or min(likes, others) < FEWEST_OF_A_KIND:
        intercept = float(np.log((likes + 1) / (others + 1)))
        return LinearHead(head.centre, head.spread, fallback_weights, intercept), np.zeros(0)
    table = head.standardise(features)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    held_out = {
        strength: cross_val_predict(_logistic(strength), table, liked, cv=folds, method="decision_function")
        for strength in LIKE_STRENGTHS
    }
    best = min(held_out, key=lambda strength: logistic_loss(held_out[strength], liked))
    model = _logistic(best).fit(table, liked)
    return LinearHead(head.centre, head.spread, model.coef_[0], float(model.intercept_[0])), held_out[best]


def logistic_loss(log_odds: np.ndarray, liked: np.ndarray) -> float:
    """Return the mean log loss of log-odds, (pairs,), against likes, (pairs,) bool."""
    return float(np.mean(np.logaddexp(0, np.where(liked, -log_odds, log_odds))))


def _logistic(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, solver="newton-cholesky")
