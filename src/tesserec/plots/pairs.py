"""Figures of predicted likes of pairs."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from tesserec.metrics.names import recommender_label
from tesserec.plots.style import ACCENT, MUTED, empty_figure, new_figure, plain, series_style

NO_PAIRS = "The test split has no pair that could be predicted."


def calibration_figure(curves: pd.DataFrame, predictor: str) -> go.Figure:
    """Draw how often pairs were liked against their predicted probability, with 95 % intervals.

    Args:
        curves: `predictor, curve, x, y, low, high, pairs`, as `judge_pairs` gives them.
        predictor: Whose calibration is drawn.
    """
    title = "Do predicted probabilities hold?"
    bins = curves[(curves["curve"] == "calibration") & (curves["predictor"] == predictor)]
    if bins.empty:
        return empty_figure(title, NO_PAIRS)
    figure = new_figure(title, height=440)
    end = float(bins[["x", "high"]].max().max()) * 1.05
    figure.add_trace(_diagonal(end, "what a calibrated predictor would give"))
    figure.add_scatter(
        x=plain(bins["x"]),
        y=plain(bins["y"]),
        error_y={
            "type": "data",
            "symmetric": False,
            "array": plain(bins["high"] - bins["y"]),
            "arrayminus": plain(bins["y"] - bins["low"]),
            "color": ACCENT,
            "thickness": 1.5,
            "width": 5,
        },
        text=[f"{int(count):,}" for count in bins["pairs"]],
        name=f"{len(bins)} groups by probability, of {_span(bins['pairs'])} pairs each",
        mode="lines+markers",
        hovertemplate="predicted %{x:.3f}, liked %{y:.3f}: %{text} pairs<extra></extra>",
        **series_style(0, accent=True),
    )
    figure.update_xaxes(title_text="mean predicted probability of a like", range=[0, end])
    return figure.update_yaxes(title_text="share that was liked", range=[0, end])


def roc_figure(curves: pd.DataFrame, areas: Mapping[str, float | None], predictor: str) -> go.Figure:
    """Draw the ROC curves of the predictor and of the baselines, with their areas in the legend.

    Args:
        curves: `predictor, curve, x, y`, as `judge_pairs` gives them.
        areas: Area under the curve by predictor.
        predictor: Whose curve is highlighted.
    """
    title = "How well are liked pairs told from others?"
    points = curves[curves["curve"] == "roc"]
    if curves.empty:
        return empty_figure(title, NO_PAIRS)
    if points.empty:
        return empty_figure(
            title, "Of the test split's pairs all were liked, or none: nothing can be told apart."
        )
    figure = new_figure(title, height=480)
    figure.add_trace(_diagonal(1, "a coin toss (AUC 0.500)"))
    for place, (name, line) in enumerate(points.groupby("predictor", sort=False)):
        figure.add_scatter(
            x=plain(line["x"]),
            y=plain(line["y"]),
            name=f"{recommender_label(str(name))} (AUC {areas[str(name)]:.3f})",
            mode="lines",
            hovertemplate="%{y:.1%} of the liked, %{x:.1%} of the others",
            line=series_style(place, accent=name == predictor)["line"],
        )
    figure.update_xaxes(title_text="share of the other pairs that are called liked", range=[0, 1])
    return figure.update_yaxes(title_text="share of the liked pairs that are found", range=[0, 1])


def _span(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _diagonal(end: float, name: str) -> go.Scatter:
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return go.Scatter(x=[0, end], y=[0, end], mode="lines", name=name, line=line, hoverinfo="skip")
