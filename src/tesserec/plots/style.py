"""One look for all figures: light, quiet, readable without colour vision, with Chinese text."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

ACCENT = "#0072B2"
MUTED = "#8A94A3"
# Okabe and Ito (2008), without yellow, which is hard to see on white; the accent is for what matters most.
PALETTE = ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B5B95", "#7F7F7F")
SYMBOLS = ("square", "diamond", "triangle-up", "cross", "x", "triangle-down", "star")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")

_GRID = "rgba(128, 138, 152, 0.22)"
_FONTS = "system-ui, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_AXIS = {
    "gridcolor": _GRID,
    "linecolor": _GRID,
    "zerolinecolor": _GRID,
    "ticks": "",
    "automargin": True,
    "title": {"standoff": 12, "font": {"size": 13}},
}
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": _FONTS, "size": 13, "color": "#2B3440"},
        "title": {"x": 0, "xref": "container", "pad": {"l": 8}, "font": {"size": 15}},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "colorway": [ACCENT, *PALETTE],
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "legend": {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top", "title": {"text": ""}},
        "margin": {"l": 16, "r": 16, "t": 48, "b": 16},
        "hoverlabel": {"bgcolor": "#2B3440", "font": {"family": _FONTS, "color": "#FFFFFF"}},
        "bargap": 0.35,
    }
)


def new_figure(title: str, height: int = 380) -> go.Figure:
    """Return an empty figure in the common style.

    Args:
        title: What the figure shows; the reader's question, not the name of the data.
        height: In pixels; the width follows the page.
    """
    return go.Figure(layout={"template": _TEMPLATE, "title": {"text": title}, "height": height})


def empty_figure(title: str, reason: str) -> go.Figure:
    """Return a figure that says why there is nothing to draw."""
    figure = new_figure(title, height=160)
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    return figure.add_annotation(text=reason, showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5)


def plain(values: Iterable[float]) -> list[float]:
    """Return numbers as a plain list: Plotly packs arrays, which older JavaScript of its own cannot read."""
    return [float(value) for value in values]


def series_style(place: int, *, accent: bool = False) -> dict[str, dict]:
    """Return line and marker of the series at `place`, told apart by colour, symbol and dash."""
    if accent:
        return {
            "line": {"color": ACCENT, "width": 3},
            "marker": {"symbol": "circle", "size": 9, "color": ACCENT},
        }
    color = PALETTE[place % len(PALETTE)]
    return {
        "line": {"color": color, "width": 1.5, "dash": DASHES[place % len(DASHES)]},
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 7, "color": color},
    }


def error_arms(rows: pd.DataFrame, color: str) -> dict:
    """Return error bars from `value` to `low` and `high`, in the colour of what they belong to."""
    return {
        "type": "data",
        "symmetric": False,
        "array": plain(rows["high"] - rows["value"]),
        "arrayminus": plain(rows["value"] - rows["low"]),
        "color": color,
        "thickness": 1.5,
        "width": 5,
    }
