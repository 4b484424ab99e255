"""Figures of texts as a whole."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from tesserec.plots.style import MUTED, empty_figure, new_figure, plain, series_style

_POINTS = 200
_TICKS = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]


def length_figure(lengths: Mapping[str, Sequence[int]], unit: str, limit: int | None = None) -> go.Figure:
    """Draw which share of the texts is no longer than a length, one line per kind of text.

    Args:
        lengths: Length of each text, by the name of its kind; empty texts are left out.
        unit: What is counted, such as `words`.
        limit: The longest that is read at once, drawn as a line.
    """
    title = "How long are the texts?"
    counted = {name: np.sort(np.asarray(own)[np.asarray(own) > 0]) for name, own in lengths.items()}
    counted = {name: own for name, own in counted.items() if len(own)}
    if not counted:
        return empty_figure(title, "There are no texts.")
    figure = new_figure(title)
    for place, (name, own) in enumerate(counted.items()):
        ranks = np.unique(np.linspace(1, len(own), min(_POINTS, len(own))).astype(int))
        figure.add_scatter(
            x=plain(own[ranks - 1]),
            y=plain(ranks / len(own)),
            name=f"{len(own):,} {name}",
            mode="lines",
            line=series_style(place - 1, accent=place == 0)["line"],
            hovertemplate=f"%{{y:.0%}} have at most %{{x:,}} {unit}",
            showlegend=True,
        )
    if limit is not None:
        line = {"color": MUTED, "width": 1, "dash": "dot"}
        figure.add_scatter(x=[limit] * 2, y=[0, 1], name=f"{limit:,} at once", mode="lines", line=line)
    figure.update_xaxes(title_text=unit, type="log", tickvals=_TICKS, tickformat=",")
    return figure.update_yaxes(title_text="share of the texts", tickformat=".0%", range=[0, 1.02])
