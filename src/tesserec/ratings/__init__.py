"""Ratings and like probabilities for given (user, item) pairs."""

from tesserec.ratings.folds import Fold, rolling_folds
from tesserec.ratings.pairs import training_pairs
from tesserec.ratings.predictor import PairPredictor
from tesserec.ratings.scale import RatingScale, find_scale

__all__ = ["Fold", "PairPredictor", "RatingScale", "find_scale", "rolling_folds", "training_pairs"]
