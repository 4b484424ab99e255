"""Predict what a user would rate an item, and how likely they are to like it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.special import expit

from tesserec.ratings.biases import HeldOutRatings, Shrinkage, choose_shrinkage
from tesserec.ratings.calibration import Calibration, choose_calibration, find_offset
from tesserec.ratings.content import ItemContent
from tesserec.ratings.features import FEATURES, PairFeatures, collect_ratings, places
from tesserec.ratings.folds import Fold
from tesserec.ratings.heads import LinearHead, fit_like_head, fit_rating_head
from tesserec.ratings.neighbours import Matrix
from tesserec.ratings.scale import RatingScale
from tesserec.ratings.threshold import choose_threshold

# Where there is too little to learn from, likes follow the biases of the user and the item.
FALLBACK_WEIGHTS = np.array([float(name in {"user", "item"}) for name in (*FEATURES, "ranking")])
PARTS: dict[str, Any] = {
    "scale": RatingScale,
    "shrinkage": Shrinkage,
    "rating_head": LinearHead,
    "like_head": LinearHead,
    "calibration": Calibration,
}


@dataclass(frozen=True)
class PairPredictor:
    """Ratings and like probabilities of pairs, from biases, neighbours, content and a ranking score.

    The heads are learned once, on pairs that their histories do not hold; `refit` then takes a longer history
    and leaves them unchanged. A user is nothing but a history, so users who come later need no retraining.

    Attributes:
        scale: What values mean.
        shrinkage: Shrinkage of the biases, chosen on the pairs.
        rating_head: What is added to the bias model's rating.
        like_head: Log-odds of a like.
        calibration: Calibration of the log-odds.
        offset: What is added to the calibrated log-odds to level the sample with what it was drawn from.
        threshold: From this probability on a pair counts as liked: the highest F1 on the pairs that were
            learned on, each predicted without its fold of them.
        features: Features from the current history; None until `refit`.
    """

    scale: RatingScale
    shrinkage: Shrinkage
    rating_head: LinearHead
    like_head: LinearHead
    calibration: Calibration
    offset: float
    threshold: float
    features: PairFeatures | None

    @classmethod
    def fit(
        cls,
        folds: Sequence[Fold],
        item_ids: np.ndarray,
        item_blocks: Mapping[str, Matrix],
        scale: RatingScale,
        *,
        seed: int,
    ) -> Self:
        """Learn the heads on pairs whose features come from the history of their fold alone.

        Args:
            folds: One or more histories with pairs to predict; of a history, rows of the pairs are left out,
                so that no pair sees its own value.
            item_ids: Every item, (items,) str.
            item_blocks: Features of the items by name, (items, features) each, dense or sparse.
            scale: What values mean, from `find_scale`.
            seed: Seed of the cross-validation.

        Returns:
            The fitted predictor; it needs `refit` before it predicts. Memory: a history as sparse matrices,
            the blocks, and at most 512 × max(users, items) similarities. Time: for each fold twelve bias
            fits, linear in the ratings, and the similarities of the distinct users of the pairs to all users
            and of their items to all items.
        """
        content = ItemContent.of(item_ids, item_blocks)
        known = [fold.known(scale) for fold in folds]
        shrinkage = _find_shrinkage(folds, known, content) if scale.graded else Shrinkage()
        tables, errors = [], []
        for fold, observations in zip(folds, known, strict=True):
            features = PairFeatures.fit(observations, content, graded=scale.graded, shrinkage=shrinkage)
            tables.append(_with_ranking(features.compute(fold.pairs), fold.ranking_scores))
            errors.append(fold.pairs["value"].to_numpy(float) - features.baseline(tables[-1]))
        table, pairs = np.vstack(tables), pd.concat([fold.pairs for fold in folds])
        liked = pairs["liked"].to_numpy(bool)
        like_head, log_odds = fit_like_head(table, liked, FALLBACK_WEIGHTS, seed)
        calibration = choose_calibration(log_odds, liked[: len(log_odds)], seed)
        weights = pairs["weight"].to_numpy(float)
        offset = find_offset(calibration.apply(like_head.predict(table)), liked, weights)
        unfitted = log_odds if len(log_odds) else like_head.predict(table)
        return cls(
            scale=scale,
            shrinkage=shrinkage,
            rating_head=fit_rating_head(table, np.concatenate(errors)),
            like_head=like_head,
            calibration=calibration,
            offset=offset,
            threshold=choose_threshold(expit(calibration.apply(unfitted) + offset), liked),
            features=None,
        )

    def refit(
        self, history: pd.DataFrame, item_ids: np.ndarray, item_blocks: Mapping[str, Matrix]
    ) -> "PairPredictor":
        """Return a predictor with the same heads on a history.

        Args:
            history: The log, in order of time: `user_id`, `item_id`, `value`, optional `event` and `weight`.
            item_ids: Every item, (items,) str.
            item_blocks: Features of the items by name, as in `fit`.
        """
        features = PairFeatures.fit(
            self.scale.observations(history),
            ItemContent.of(item_ids, item_blocks),
            graded=self.scale.graded,
            shrinkage=self.shrinkage,
        )
        return replace(self, features=features)

    def predict(self, pairs: pd.DataFrame, ranking_scores: np.ndarray | None) -> pd.DataFrame:
        """Predict pairs, of known and unknown users and items alike.

        Args:
            pairs: `user_id`, `item_id`.
            ranking_scores: The recommender's score of each pair, (pairs,), as in `fit`.

        Returns:
            `user_id`, `item_id`, `score` (log-odds of a like before calibration: the best order), `rating`
            (on the scale of the data; NaN without ratings), `like_probability` (calibrated).

        Raises:
            RuntimeError: If the predictor was not refitted yet.
        """
        if self.features is None:
            raise RuntimeError("The predictor has no history yet: call refit first.")
        table = _with_ranking(self.features.compute(pairs), ranking_scores)
        rating = self.features.baseline(table) + self.rating_head.predict(table)
        score = self.like_head.predict(table)
        return pd.DataFrame({
            "user_id": pairs["user_id"].to_numpy(),
            "item_id": pairs["item_id"].to_numpy(),
            "score": score,
            "rating": self.scale.clip(rating),
            "like_probability": expit(self.calibration.apply(score) + self.offset),
        })  # fmt: skip

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return what was learned, without the history: arrays by name and a configuration."""
        arrays: dict[str, np.ndarray] = {}
        config: dict[str, Any] = {"offset": self.offset, "threshold": self.threshold}
        for part in PARTS:
            fields = asdict(getattr(self, part))
            arrays |= {
                f"{part}.{name}": value for name, value in fields.items() if isinstance(value, np.ndarray)
            }
            config[part] = {
                name: value for name, value in fields.items() if not isinstance(value, np.ndarray)
            }
        return arrays, config

    @classmethod
    def from_state(cls, arrays: Mapping[str, np.ndarray], config: Mapping[str, Any]) -> Self:
        """Build the predictor that `state` described; it needs `refit` before it predicts."""
        parts = {}
        for part, kind in PARTS.items():
            own = {key.split(".")[1]: value for key, value in arrays.items() if key.startswith(f"{part}.")}
            parts[part] = kind(**own, **config[part])
        return cls(**parts, offset=config["offset"], threshold=config["threshold"], features=None)


def _find_shrinkage(folds: Sequence[Fold], known: Sequence[pd.DataFrame], content: ItemContent) -> Shrinkage:
    held_out = []
    for fold, observations in zip(folds, known, strict=True):
        users, ratings = collect_ratings(observations, content.items)
        if len(ratings.values) and len(fold.pairs):
            pairs = places(users, fold.pairs["user_id"]), places(content.items, fold.pairs["item_id"])
            held_out.append(HeldOutRatings(ratings, *pairs, fold.pairs["value"].to_numpy(float)))
    return choose_shrinkage(held_out, content.features)


def _with_ranking(features: np.ndarray, scores: np.ndarray | None) -> np.ndarray:
    ranking = np.full(len(features), np.nan) if scores is None else np.asarray(scores, dtype=float)
    return np.column_stack([features, ranking])
