"""Figures of why items are recommended."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from tesserec.plots.style import ACCENT, PALETTE, empty_figure, new_figure, plain
from tesserec.text.excerpts import shorten


def evidence_figure(evidence: pd.DataFrame, titles: Mapping[str, str]) -> go.Figure:
    """Draw what each source gave to the score of one person's recommendations, the first on top.

    Args:
        evidence: `item_id, rank, source, share` of one person, as of `tabulate_evidence`; the shares of a
            recommendation sum to 1.
        titles: What items are called, by id.
    """
    title = "What do the recommendations rest on?"
    if evidence.empty:
        return empty_figure(title, "Nothing raised the score of any item of this list.")
    shares = evidence.groupby(["rank", "item_id", "source"])["share"].sum().unstack(fill_value=0).sort_index()
    names = [f"{rank}. {shorten(titles[item], 40)}" for rank, item in shares.index]
    figure = new_figure(title, height=160 + 30 * len(names))
    for place, source in enumerate(shares.sum().sort_values(ascending=False).index):
        figure.add_bar(
            x=plain(shares[source]),
            y=names,
            name=str(source),
            orientation="h",
            marker={"color": (ACCENT, *PALETTE)[place % (1 + len(PALETTE))]},
            hovertemplate="%{y}: %{x:.0%}",
            showlegend=True,
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(title_text="share of the score", tickformat=".0%", range=[0, 1])
    return figure.update_yaxes(showgrid=False, autorange="reversed")
