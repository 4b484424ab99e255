"""Figures of what items are about."""

import pandas as pd
import plotly.graph_objects as go

from tesserec.plots.style import ACCENT, MUTED, PALETTE, SYMBOLS, empty_figure, new_figure, plain

_COLORS = (ACCENT, *PALETTE)
_SYMBOLS = ("circle", *SYMBOLS)


def topic_map_figure(item_map: pd.DataFrame, named: int = 16) -> go.Figure:
    """Draw items on a plane, near to those of like meaning, each in the colour and shape of its topic.

    Args:
        item_map: `x, y, title, topic, topic_name`, one row per item; topic -1 is none.
        named: Topics told apart, the largest; the others are drawn grey.
    """
    title = "What are the items about?"
    if item_map.empty:
        return empty_figure(title, "No item has a text.")
    figure = new_figure(title, height=620)
    sizes = item_map.loc[item_map["topic"] >= 0, "topic"].value_counts().sort_index()
    largest = sizes.sort_values(ascending=False, kind="stable").index[:named]
    others = item_map[~item_map["topic"].isin(largest)]
    if len(others):
        figure.add_trace(_points(others, "other topics or none", MUTED, "circle-open"))
    for place, topic in enumerate(largest):
        points = item_map[item_map["topic"] == topic]
        # Colour and shape turn at different lengths, so that their pairs repeat late.
        color, symbol = _COLORS[place % len(_COLORS)], _SYMBOLS[(place + place // 8) % len(_SYMBOLS)]
        figure.add_trace(_points(points, points["topic_name"].iloc[0] or f"topic {topic}", color, symbol))
    figure.update_xaxes(visible=False)
    return figure.update_yaxes(visible=False, scaleanchor="x")


def _points(items: pd.DataFrame, name: str, color: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=plain(items["x"]),
        y=plain(items["y"]),
        text=items["title"].tolist(),
        name=f"{name} ({len(items):,})",
        mode="markers",
        marker={"color": color, "symbol": symbol, "size": 8, "opacity": 0.8},
        hovertemplate="%{text}<extra></extra>",
        showlegend=True,
    )
