"""Figures of single words."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from tesserec.plots.style import ACCENT, empty_figure, new_figure
from tesserec.text.excerpts import shorten

_FAINT = "rgba(0, 114, 178, 0.1)"  # the accent, on light and on dark pages


def word_match_figure(word_matches: pd.DataFrame, titles: Mapping[str, str]) -> go.Figure:
    """Draw the words of the two items' texts that hold the strongest match of all, against each other.

    Args:
        word_matches: `user_id, item_id, cited, word, matched, part`; pairs that are not in it stay empty.
        titles: What items are called.
    """
    title = "Which words make two texts alike?"
    if word_matches.empty:
        return empty_figure(title, "No words were matched.")
    keys = ["user_id", "item_id", "cited"]
    strongest = word_matches.loc[word_matches["part"].idxmax(), keys]
    rows = word_matches[(word_matches[keys] == strongest).all(axis=1)].sort_values("part", ascending=False)
    ours, theirs = rows["matched"].unique().tolist(), rows["word"].unique().tolist()
    parts = {(row.matched, row.word): float(row.part) for row in rows.itertuples()}
    figure = new_figure(title, height=160 + 30 * len(ours))
    figure.add_heatmap(
        x=theirs,
        y=ours,
        z=[[parts.get((our, their)) for their in theirs] for our in ours],
        colorscale=[[0, _FAINT], [1, ACCENT]],
        zmin=0,
        zmax=max(parts.values()),
        colorbar={"title": {"text": "part of<br>the cosine", "font": {"size": 13}}},
        hoverongaps=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} – %{x}: %{z:.4f}<extra></extra>",
    )
    names = [shorten(titles[strongest[key]], 40) for key in ("item_id", "cited")]
    words = {"type": "category", "dtick": 1, "showgrid": False}
    figure.update_xaxes(title_text=f"{names[0]}, recommended", **words)
    return figure.update_yaxes(title_text=f"{names[1]}, chosen before", autorange="reversed", **words)
