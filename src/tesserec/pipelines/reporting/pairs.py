"""The steps from judged predictions of pairs to figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
from tesserec.evaluation.pairs import EVERYONE, PREDICTOR


def draw_calibration(pair_curves: pd.DataFrame) -> go.Figure:
    """Draw whether the predicted probabilities hold."""
    return plots.calibration_figure(pair_curves, PREDICTOR)


def draw_roc(pair_curves: pd.DataFrame, pair_metrics: Mapping[str, Any]) -> go.Figure:
    """Draw how well liked pairs are told from others."""
    areas = {name: groups[EVERYONE]["auc"]["value"] for name, groups in pair_metrics["predictors"].items()}
    return plots.roc_figure(pair_curves, areas, PREDICTOR)
