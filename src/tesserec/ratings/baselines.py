"""The simplest predictions of pairs: what a learned one must beat."""

from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.ratings.biases import Biases, Ratings, Shrinkage, fit_biases
from tesserec.ratings.features import collect_ratings, places
from tesserec.ratings.scale import RatingScale

# A mean of likes is no probability where few were rated: it may leave 0 to 1, and surprise without bounds.
EDGE = 0.01


def baseline_predictions(
    known: pd.DataFrame, pairs: pd.DataFrame, item_ids: np.ndarray, scale: RatingScale, like_rate: float
) -> dict[str, pd.DataFrame]:
    """Predict pairs by means and counts alone.

    With ratings: the mean of all; with the item's bias; with the user's and the item's. The biases are
    regularised as those of the predictor are by default, and the same model of likes as 0 and 1 gives the
    probability. Without ratings: the share of likes, for all pairs alike; and that share in proportion to
    how many people have the item.

    Args:
        known: Observations that are known, without the pairs: `user_id`, `item_id`, `value`.
        pairs: `user_id`, `item_id`.
        item_ids: Every item, (items,) str.
        scale: What the values mean.
        like_rate: Share of likes where the log has no ratings, as `share_of_likes` finds it.

    Returns:
        `rating` (NaN without ratings) and `like_probability` of each pair by the name of the baseline; with
        ratings but none known, no baseline.
    """
    users, ratings = collect_ratings(known, pd.Index(item_ids))
    user, item = places(users, pairs["user_id"]), places(pd.Index(item_ids), pairs["item_id"])
    if not scale.graded:
        return _by_counts(ratings, item, like_rate)
    if not len(ratings.values):
        return {}
    likes = replace(ratings, values=scale.likes(ratings.values).astype(float))
    of_ratings, of_likes = _means(ratings), _means(likes)
    return {
        name: pd.DataFrame({
            "rating": scale.clip(of_ratings[name].predict(user, item)),
            "like_probability": np.clip(of_likes[name].predict(user, item), EDGE, 1 - EDGE),
        })
        for name in of_ratings
    }  # fmt: skip


def share_of_likes(pairs: pd.DataFrame) -> float:
    """Return the share of likes among the pairs that labelled pairs stand for, never 0 nor 1.

    Args:
        pairs: `liked` and `weight`, as `training_pairs` gives them; 0.5 without any.
    """
    total = float(pairs["weight"].sum())
    share = float(pairs.loc[pairs["liked"], "weight"].sum()) / total if total else 0.5
    return float(np.clip(share, 1 / (total + 2), 1 - 1 / (total + 2)))


def _means(ratings: Ratings) -> dict[str, Biases]:
    nothing = sp.csr_matrix((ratings.item_count, 0))
    mean = float(ratings.values.mean())
    return {
        "global_mean": Biases(mean, np.zeros(ratings.user_count), np.zeros(ratings.item_count)),
        "item_mean": fit_biases(ratings, nothing, Shrinkage(user=np.inf)),
        "user_item_mean": fit_biases(ratings, nothing, Shrinkage()),
    }


def _by_counts(ratings: Ratings, item: np.ndarray, like_rate: float) -> dict[str, pd.DataFrame]:
    # One more for each, so that nothing is impossible; the last position stands for unknown items.
    holders = 1.0 + np.bincount(ratings.items, minlength=ratings.item_count)
    popularity = np.minimum(like_rate * holders[item] / holders[:-1].mean(), 1 - EDGE)
    probabilities = {"base_rate": np.full(len(item), like_rate), "popularity": popularity}
    return {
        name: pd.DataFrame({"rating": np.nan, "like_probability": one}) for name, one in probabilities.items()
    }
