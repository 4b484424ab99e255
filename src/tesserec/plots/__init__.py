"""Plotly figures: pure functions from tables to figures, in one style."""

from tesserec.plots.interactions import activity_figure, popularity_figure
from tesserec.plots.pairs import calibration_figure, roc_figure
from tesserec.plots.recommenders import comparison_figure, cutoff_figure, history_figure, weights_figure
from tesserec.plots.topics import topic_map_figure
from tesserec.plots.words import word_match_figure

__all__ = [
    "activity_figure",
    "calibration_figure",
    "comparison_figure",
    "cutoff_figure",
    "history_figure",
    "popularity_figure",
    "roc_figure",
    "topic_map_figure",
    "weights_figure",
    "word_match_figure",
]
