"""Metrics of rankings, lists, ratings and probabilities, and the certainty of their means."""

from tesserec.metrics.beyond_accuracy import (
    coverage,
    diversity,
    gini_exposure,
    novelty,
    popularity,
    popularity_lift,
    serendipity,
)
from tesserec.metrics.calibration import calibration, category_mix
from tesserec.metrics.classification import classification_metrics
from tesserec.metrics.ranking import auc, ranking_metrics
from tesserec.metrics.rating import mae, rmse
from tesserec.metrics.significance import (
    Difference,
    Interval,
    bootstrap_interval,
    holm,
    interval_table,
    paired_difference,
)
from tesserec.metrics.slices import Slice, slice_metrics

__all__ = [
    "Difference",
    "Interval",
    "Slice",
    "auc",
    "bootstrap_interval",
    "calibration",
    "category_mix",
    "classification_metrics",
    "coverage",
    "diversity",
    "gini_exposure",
    "holm",
    "interval_table",
    "mae",
    "novelty",
    "paired_difference",
    "popularity",
    "popularity_lift",
    "ranking_metrics",
    "rmse",
    "serendipity",
    "slice_metrics",
]
