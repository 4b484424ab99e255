"""Regularised biases of users and items, where an item's bias starts from what its content predicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import Ridge

SWEEPS = 3


@dataclass(frozen=True)
class Shrinkage:
    """How strongly biases are drawn to their prior.

    Attributes:
        user: Ratings at which a user's bias is half its mean residual.
        item: Ratings at which an item's bias is half way from its content's to its own mean residual.
        content: Ridge penalty of the weights of the content features.
    """

    user: float = 8.0
    item: float = 5.0
    content: float = 10.0


@dataclass(frozen=True)
class Ratings:
    """Ratings as parallel arrays: positions of users and items, and values, (ratings,) each."""

    users: np.ndarray
    items: np.ndarray
    values: np.ndarray
    user_count: int
    item_count: int


@dataclass(frozen=True)
class Biases:
    """The bias model `mean + user + item`.

    Attributes:
        mean: Mean rating.
        user: Bias of each user, (users,); 0 without ratings.
        item: Bias of each item, (items,); what its content predicts without ratings.
    """

    mean: float
    user: np.ndarray
    item: np.ndarray

    def predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Predict the ratings of pairs by position, (pairs,)."""
        return self.mean + self.user[users] + self.item[items]


def fit_biases(ratings: Ratings, content: sp.csr_matrix, shrinkage: Shrinkage) -> Biases:
    """Fit biases by alternating closed-form steps (Koren, Bell and Volinsky 2009), then with a content prior.

    An item's bias is `g + n / (n + λ) (m - g)`: `n` its ratings, `m` their mean residual, `g = x·w` the
    prediction of its content, with `w` from a ridge regression of `m` weighted by `n / (n + λ)`.

    Args:
        ratings: The ratings; at least one.
        content: Content features of the items, (items, features); no features: the prior is 0.
        shrinkage: Strength of the priors.

    Returns:
        The biases. Cost: O(ratings + non-zeros of content × steps of the ridge solver).
    """
    mean = float(ratings.values.mean())
    _, _, own = _alternate(ratings, mean, np.zeros(ratings.item_count), shrinkage)
    counts = np.bincount(ratings.items, minlength=ratings.item_count)
    prior = _content_prior(content, own, counts / (counts + shrinkage.item), shrinkage.content)
    user, item, _ = _alternate(ratings, mean, prior, shrinkage)
    return Biases(mean, user, item)


def _alternate(
    ratings: Ratings, mean: float, prior: np.ndarray, shrinkage: Shrinkage
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the biases of users and items, and the items' mean residuals, given the items' prior."""
    users = np.bincount(ratings.users, minlength=ratings.user_count) + shrinkage.user
    items = np.bincount(ratings.items, minlength=ratings.item_count)
    item = prior
    for _ in range(SWEEPS):
        residual = ratings.values - mean - item[ratings.items]
        user = np.bincount(ratings.users, residual, ratings.user_count) / users
        residual = ratings.values - mean - user[ratings.users]
        total = np.bincount(ratings.items, residual, ratings.item_count)
        item = (total + shrinkage.item * prior) / (items + shrinkage.item)
    return user, item, total / np.maximum(items, 1)


def _content_prior(content: sp.csr_matrix, own: np.ndarray, trust: np.ndarray, penalty: float) -> np.ndarray:
    rated = trust > 0
    if content.shape[1] == 0:
        return np.zeros(len(own))
    model = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-2)
    return model.fit(content[rated], own[rated], sample_weight=trust[rated]).predict(content)


@dataclass(frozen=True)
class HeldOutRatings:
    """Ratings to predict from earlier ones.

    Attributes:
        known: The ratings to fit on.
        users: Users of the held-out pairs by position, (pairs,).
        items: Their items by position, (pairs,).
        values: Their ratings, (pairs,).
    """

    known: Ratings
    users: np.ndarray
    items: np.ndarray
    values: np.ndarray


def choose_shrinkage(folds: Sequence[HeldOutRatings], content: sp.csr_matrix) -> Shrinkage:
    """Choose the shrinkage with the least squared error on held-out pairs, one part after the other.

    Args:
        folds: Held-out pairs and what is known before them; without any the default stands.
        content: Content features of the items, (items, features).

    Returns:
        The best of eleven settings. Cost: eleven calls of `fit_biases` a fold.
    """
    grids = {"content": (1.0, 3.0, 10.0, 30.0), "item": (2.5, 5.0, 10.0, 20.0), "user": (4.0, 8.0, 16.0)}
    best = Shrinkage()
    for part, grid in grids.items():
        errors = {}
        for value in grid:
            setting = replace(best, **{part: value})
            errors[setting] = sum(_squared_error(fold, content, setting) for fold in folds)
        if folds:
            best = min(errors, key=errors.__getitem__)
    return best


def _squared_error(fold: HeldOutRatings, content: sp.csr_matrix, shrinkage: Shrinkage) -> float:
    predicted = fit_biases(fold.known, content, shrinkage).predict(fold.users, fold.items)
    return float(((fold.values - predicted) ** 2).sum())
