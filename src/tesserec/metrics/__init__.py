"""Metrics of rankings, lists, ratings and probabilities, and the certainty of their means."""

from tesserec.metrics.beyond_accuracy import coverage, diversity, gini_exposure, novelty
from tesserec.metrics.classification import classification_metrics
from tesserec.metrics.ranking import auc, ranking_metrics
from tesserec.metrics.rating import mae, rmse
from tesserec.metrics.significance import (
    Difference,
    Interval,
    bootstrap_interval,
    holm,
    paired_difference,
)

__all__ = [
    "Difference",
    "Interval",
    "auc",
    "bootstrap_interval",
    "classification_metrics",
    "coverage",
    "diversity",
    "gini_exposure",
    "holm",
    "mae",
    "novelty",
    "paired_difference",
    "ranking_metrics",
    "rmse",
]
