"""Ratings and like probabilities for given (user, item) pairs."""

from tesserec.ratings.pairs import training_pairs
from tesserec.ratings.predictor import PairPredictor
from tesserec.ratings.scale import RatingScale, find_scale

__all__ = ["PairPredictor", "RatingScale", "find_scale", "training_pairs"]
