"""Figures of what a run cost."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from tesserec.plots.style import ACCENT, empty_figure, new_figure, plain


def cost_figure(stage_costs: Mapping[str, Any], texts_read: int) -> go.Figure:
    """Draw the seconds that each pipeline took as bars, the longest on top, with its peak of memory.

    Args:
        stage_costs: See `tesserec.costs.add_cost`.
        texts_read: Texts that token encoding read; it found the vectors of all others of an earlier run.
    """
    title = "What did it cost?"
    pipelines = stage_costs.get("pipelines", {})
    if not pipelines:
        return empty_figure(title, "No run was measured.")
    rows = sorted(pipelines.items(), key=lambda row: row[1]["seconds"])
    names = [
        f"{name.replace('_', ' ')}{f'<br>{texts_read:,} new texts' * (name == 'token_encoding')}"
        for name, _ in rows
    ]
    figure = new_figure(title, height=120 + 40 * len(rows))
    figure.add_bar(
        x=plain(entry["seconds"] for _, entry in rows),
        y=names,
        text=[f"{entry['seconds']:,.1f} s, {entry['peak_gib']:.2f} GiB" for _, entry in rows],
        customdata=[[entry["processor_seconds"], entry["started"]] for _, entry in rows],
        orientation="h",
        marker={"color": ACCENT},
        cliponaxis=False,
        hovertemplate="%{y}: %{customdata[0]:,.1f} processor seconds, from %{customdata[1]}<extra></extra>",
    )
    figure.update_xaxes(title_text="seconds, and the most memory held at once", rangemode="tozero")
    return figure.update_yaxes(showgrid=False)
