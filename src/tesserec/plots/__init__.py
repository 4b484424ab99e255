"""Plotly figures: pure functions from tables to figures, in one style."""

from tesserec.plots.ablation import ablation_figure
from tesserec.plots.costs import cost_figure
from tesserec.plots.evidence import evidence_figure
from tesserec.plots.interactions import activity_figure, popularity_figure
from tesserec.plots.pairs import calibration_figure, roc_figure
from tesserec.plots.recommenders import (
    comparison_figure,
    cutoff_figure,
    history_figure,
    leaders,
    weights_figure,
)
from tesserec.plots.slices import slice_figure, text_value_figure
from tesserec.plots.texts import length_figure
from tesserec.plots.topics import topic_map_figure
from tesserec.plots.tuning import importance_figure, parallel_coordinate_figure
from tesserec.plots.words import word_match_figure

__all__ = [
    "ablation_figure",
    "activity_figure",
    "calibration_figure",
    "comparison_figure",
    "cost_figure",
    "cutoff_figure",
    "evidence_figure",
    "history_figure",
    "importance_figure",
    "leaders",
    "length_figure",
    "parallel_coordinate_figure",
    "popularity_figure",
    "roc_figure",
    "slice_figure",
    "text_value_figure",
    "topic_map_figure",
    "weights_figure",
    "word_match_figure",
]
