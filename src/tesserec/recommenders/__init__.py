"""Recommenders behind one protocol, and their fusion."""

from tesserec.recommenders.base import Recommender, TrainingData, build_recommender
from tesserec.recommenders.content import ContentKernel, ContentTaste, TextMatch
from tesserec.recommenders.content_popularity import ContentPopularity
from tesserec.recommenders.content_regression import ContentRegression
from tesserec.recommenders.factors import Als
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.histories import build_profiles
from tesserec.recommenders.linear import Ease, LinearSequence
from tesserec.recommenders.neighbours import ItemKnn, UserKnn
from tesserec.recommenders.neural import NeuralSequence
from tesserec.recommenders.popularity import Popularity
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.regression import FeatureRegression

__all__ = [
    "Als",
    "ContentKernel",
    "ContentPopularity",
    "ContentRegression",
    "ContentTaste",
    "Ease",
    "FeatureRegression",
    "Fusion",
    "ItemKnn",
    "LinearSequence",
    "NeuralSequence",
    "Popularity",
    "Profiles",
    "Recommender",
    "TextMatch",
    "TrainingData",
    "UserKnn",
    "build_profiles",
    "build_recommender",
]
