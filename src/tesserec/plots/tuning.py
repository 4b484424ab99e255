"""Figures of a search for options."""

import math
from collections.abc import Collection
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tesserec.metrics.names import recommender_label
from tesserec.plots.style import ACCENT, MUTED, empty_figure, new_figure, plain

# What a table of trials holds beside the options.
TOLD = ("recommender", "study", "trial", "state", "value", "standard_error", "gain_error", "seconds")
TICKS = 5


def parallel_coordinate_figure(trials: pd.DataFrame, logarithmic: Collection[tuple[str, str]]) -> go.Figure:
    """Draw each trial as a line through its options to its quality; a menu chooses the recommender.

    Trials that were cut short are left out: their quality is that of some folds only.

    Args:
        trials: `recommender, state, value` and a column per option, empty where a recommender lacks it.
        logarithmic: Recommender and option where steps are ratios.
    """
    title = "Which options were tried, and which were good?"
    whole = trials[trials["state"] == "COMPLETE"] if len(trials) else trials
    if whole.empty:
        return empty_figure(title, "No trial was finished.")
    figure = new_figure(title, height=460)
    names = whole["recommender"].unique().tolist()
    for name in names:
        rows = whole[whole["recommender"] == name]
        options = [option for option in rows if option not in TOLD and rows[option].notna().any()]
        axes = [_axis(option, rows[option], log=(name, option) in logarithmic) for option in options]
        quality = plain(rows["value"])
        figure.add_parcoords(
            dimensions=[*axes, {"label": "NDCG@10", "values": quality, "tickformat": ".3f"}],
            line={"color": quality, "colorscale": [[0, MUTED], [1, ACCENT]]},
            name=recommender_label(name),
            visible=name == names[0],
            labelfont={"size": 13},
        )
    menu = [
        {
            "label": recommender_label(name),
            "method": "update",
            "args": [{"visible": [name == other for other in names]}],
        }
        for name in names
    ]
    place = {"x": 1, "xanchor": "right", "y": 1.12, "yanchor": "bottom"}
    # The labels of the axes stand above them.
    figure.update_layout(
        updatemenus=[{"buttons": menu, **place}], margin={"t": 130, "l": 60, "r": 60, "b": 40}
    )
    return figure


def importance_figure(importances: pd.DataFrame) -> go.Figure:
    """Draw how much each option of each recommender matters, grouped by recommender.

    Args:
        importances: `recommender, option, importance`, which sum to 1 for a recommender.
    """
    title = "Which options matter?"
    if importances.empty:
        return empty_figure(title, "Too few different trials were finished to tell.")
    figure = new_figure(title, height=140 + 24 * len(importances))
    figure.add_bar(
        x=plain(importances["importance"]),
        y=[[recommender_label(name) for name in importances["recommender"]], importances["option"].tolist()],
        orientation="h",
        marker={"color": ACCENT},
        hovertemplate="%{y}: %{x:.0%}<extra></extra>",
    )
    label = "share of the differences between a recommender's trials that the option explains"
    figure.update_xaxes(title_text=label, tickformat=".0%", rangemode="tozero")
    return figure.update_yaxes(showgrid=False, autorange="reversed")


def _axis(option: str, values: pd.Series, *, log: bool) -> dict[str, Any]:
    """Return an axis: of numbers, of their logarithms with the numbers as ticks, or of names."""
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().any():
        # Numbers in their order, then what has none.
        ranked = pd.DataFrame({"text": values.astype(str), "number": numbers}).sort_values(["number", "text"])
        names = ranked["text"].unique().tolist()
        places = [names.index(text) for text in values.astype(str)]
        return {"label": option, "values": places, "tickvals": list(range(len(names))), "ticktext": names}
    if not log:
        return {"label": option, "values": plain(numbers)}
    logs = [math.log10(value) for value in numbers]
    low, high = min(logs), max(logs)
    ticks = [low + (high - low) * tick / (TICKS - 1) for tick in range(TICKS)]
    return {
        "label": option,
        "values": logs,
        "tickvals": ticks,
        "ticktext": [f"{10**tick:.3g}" for tick in ticks],
    }
