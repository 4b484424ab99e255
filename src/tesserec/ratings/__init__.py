"""Ratings and like probabilities for given (user, item) pairs."""

from tesserec.ratings.baselines import baseline_predictions, share_of_likes
from tesserec.ratings.folds import Fold, rolling_folds
from tesserec.ratings.pairs import training_pairs
from tesserec.ratings.predictor import PairPredictor
from tesserec.ratings.scale import RatingScale, find_scale
from tesserec.ratings.threshold import choose_threshold

__all__ = [
    "Fold",
    "PairPredictor",
    "RatingScale",
    "baseline_predictions",
    "choose_threshold",
    "find_scale",
    "rolling_folds",
    "share_of_likes",
    "training_pairs",
]
