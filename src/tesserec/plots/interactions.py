"""Figures of what the data set is like."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tesserec.plots.style import ACCENT, PALETTE, empty_figure, new_figure, plain
from tesserec.tables.timestamps import are_dates

_POINTS = 200


def popularity_figure(interactions: pd.DataFrame) -> go.Figure:
    """Draw the long tails: events per item and per user, from the most to the least active.

    Args:
        interactions: `user_id, item_id`, one row per event.
    """
    title = "How unequal is the attention?"
    if interactions.empty:
        return empty_figure(title, "There are no interactions.")
    figure = new_figure(title, height=420)
    for column, name, color, dash in (
        ("item_id", "items", ACCENT, "solid"),
        ("user_id", "users", PALETTE[0], "dash"),
    ):
        counts = np.sort(interactions[column].value_counts().to_numpy())[::-1]
        ranks = np.unique(np.geomspace(1, len(counts), _POINTS).astype(int))
        figure.add_scatter(
            x=ranks.tolist(),
            y=counts[ranks - 1].tolist(),
            name=f"{len(counts):,} {name}",
            mode="lines",
            line={"color": color, "width": 2.5, "dash": dash},
            hovertemplate=f"{name} at rank %{{x:,}}: %{{y:,}} events<extra></extra>",
        )
    figure.update_xaxes(title_text="rank by number of events", type="log", dtick=1, tickformat=",")
    return figure.update_yaxes(title_text="events", type="log", dtick=1, tickformat=",")


def activity_figure(interactions: pd.DataFrame, kinds: int = 6) -> go.Figure:
    """Draw the number of events over time, by kind of event.

    Args:
        interactions: `event, timestamp` (seconds since 1970, or any number that orders; NaN if unknown).
        kinds: Number of kinds told apart; the rarer ones are drawn as `other`.
    """
    title = "When did it happen?"
    known = interactions.dropna(subset=["timestamp"])
    if known.empty:
        return empty_figure(title, "The time of the events is unknown.")
    common = known["event"].value_counts().index[:kinds]
    event = known["event"].where(known["event"].isin(common), "other")
    edges = np.histogram_bin_edges(known["timestamp"], bins=min(60, max(1, known["timestamp"].nunique())))
    middles = (edges[:-1] + edges[1:]) / 2
    dates = are_dates(edges[0], edges[-1])
    figure = new_figure(title, height=340)
    for place, kind in enumerate(event.value_counts().index):
        times = known.loc[event == kind, "timestamp"]
        figure.add_bar(
            x=pd.to_datetime(middles, unit="s").strftime("%Y-%m-%d %H:%M").tolist()
            if dates
            else plain(middles),
            y=np.histogram(times, edges)[0].tolist(),
            name=str(kind),
            marker={"color": [ACCENT, *PALETTE][place % 8], "line": {"width": 0}},
            hovertemplate="%{x}: %{y:,}",
            showlegend=True,
        )
    figure.update_layout(barmode="stack", bargap=0.05)
    figure.update_xaxes(title_text="" if dates else "timestamp")
    return figure.update_yaxes(title_text="events")
