"""Figures of what each part of the system is worth."""

import pandas as pd
import plotly.graph_objects as go

from tesserec.metrics.names import metric_label
from tesserec.plots.style import ACCENT, MUTED, PALETTE, empty_figure, error_arms, new_figure, plain

_DIFFERENCE = {"difference": "value", "difference_low": "low", "difference_high": "high"}
# The kinds of arms, in the order and the words of the figure.
KINDS = {
    "control": "controls of the text",
    "source": "one source of knowledge alone",
    "block": "one block left out",
    "fusion": "another way to fuse",
    "seed": "another seed",
}


def ablation_figure(ablation: pd.DataFrame) -> go.Figure:
    """Draw by how much the full system is better than each of its arms, with 95 % intervals.

    Args:
        ablation: `arm, kind, metric, difference, difference_low, difference_high`, as of
            `tesserec.ablation.compare_arms`; the full system itself is the line at 0.
    """
    title = "What is each part worth?"
    rows = ablation if ablation.empty else ablation[ablation["kind"].isin(KINDS)]
    if rows.empty:
        return empty_figure(title, "No part was taken away: run the pipeline ablation.")
    height = 26 * len(rows)
    figure = new_figure(title, height=height + 160)
    for (kind, name), color in zip(KINDS.items(), (ACCENT, *PALETTE[:3], MUTED), strict=True):
        part = rows[rows["kind"] == kind]
        if part.empty:
            continue
        figure.add_scatter(
            x=plain(part["difference"]),
            y=part["arm"].tolist(),
            error_x=error_arms(part[[*_DIFFERENCE]].rename(columns=_DIFFERENCE), color),
            name=name,
            mode="markers",
            marker={"color": color, "size": 9},
            hovertemplate="%{y}: %{x:+.4f}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": MUTED, "width": 1, "dash": "dot"})
    label = metric_label(rows["metric"].iloc[0])
    figure.update_xaxes(title_text=f"{label} lost without it, 95 % interval")
    figure.update_layout(legend={"traceorder": "normal", "y": -70 / height})
    order = [arm for kind in KINDS for arm in rows.loc[rows["kind"] == kind, "arm"]]
    return figure.update_yaxes(showgrid=False, categoryorder="array", categoryarray=order[::-1])
