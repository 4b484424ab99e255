"""The figure of where recommenders work: slices of people and items."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tesserec.metrics.names import metric_label, recommender_label
from tesserec.plots.style import MUTED, empty_figure, error_arms, new_figure, plain, series_style

_HEADINGS = {
    "all": "everybody",
    "items": "how many have the hidden item",
    "users": "how long the person's history is",
    "language": "language of the hidden item",
    "category": "category of the hidden item",
}
_ROW, _HEADING = 46, 40  # pixels
_SPREAD = 0.5  # of a row, over which the recommenders stand below each other


def slice_figure(
    slices: pd.DataFrame, metric: str, recommenders: Sequence[str], fused: str = "fusion"
) -> go.Figure:
    """Draw one metric in every slice as points with 95 % intervals, a panel for each way to slice.

    Args:
        slices: `recommender, slicing, slice, users, targets, metric, value, low, high`; a slice without
            targets has no value.
        metric: The metric to draw, such as `ndcg@10`.
        recommenders: Whom to draw, from top to bottom in each row.
        fused: Recommender to highlight.
    """
    title = f"Where does it work? {metric_label(metric)} by kind of person and item"
    rows = slices[(slices["metric"] == metric) & slices["recommender"].isin(recommenders)]
    if not rows["targets"].sum():
        return empty_figure(title, f"{metric_label(metric)} was measured in no slice.")
    figure = _panels(rows.rename(columns={"recommender": "series"}), title, recommenders, fused)
    figure.update_xaxes(rangemode="tozero")
    label = f"{metric_label(metric)}, 95 % interval"
    return figure.update_xaxes(title_text=label, row=rows["slicing"].nunique())


def text_value_figure(text_value: pd.DataFrame) -> go.Figure:
    """Draw what the text is worth in every slice: the full system less each control, with 95 % intervals.

    Args:
        text_value: `control, slicing, slice, users, targets, metric, value, low, high`, as of
            `tesserec.ablation.value_of_text`.
    """
    title = "For whom and for what does the text help?"
    if text_value.empty:
        return empty_figure(title, "Nothing was compared: run the pipeline ablation on data with texts.")
    controls = text_value["control"].unique().tolist()
    figure = _panels(text_value.rename(columns={"control": "series"}), title, controls, controls[0])
    figure.add_vline(x=0, line={"color": MUTED, "width": 1, "dash": "dot"})
    metric = metric_label(text_value["metric"].iloc[0])
    label = f"gain in {metric}, 95 % interval"
    return figure.update_xaxes(title_text=label, row=text_value["slicing"].nunique())


def _panels(rows: pd.DataFrame, title: str, series: Sequence[str], accent: str) -> go.Figure:
    """Draw the values of each series in every slice, a panel for each way to slice."""
    panels = {str(name): part for name, part in rows.groupby("slicing", sort=False)}
    lengths = [part["slice"].nunique() for part in panels.values()]
    height = _ROW * sum(lengths) + _HEADING * len(panels)
    figure = make_subplots(
        rows=len(panels),
        shared_xaxes=True,
        row_heights=lengths,
        vertical_spacing=_HEADING / (height + _HEADING),
        subplot_titles=[_HEADINGS.get(name, name).capitalize() for name in panels],
    )
    figure.update_layout(new_figure(title, height=height + 150).layout).update_layout(margin_t=84)
    figure.update_layout(legend={"y": -60 / height}).update_annotations(font_size=13, x=0, xanchor="left")
    for row, part in enumerate(panels.values(), start=1):
        _draw_panel(figure, row, part, series, accent)
    return figure


def _draw_panel(figure: go.Figure, row: int, part: pd.DataFrame, series: Sequence[str], accent: str) -> None:
    """Draw the slices of one slicing below each other, and the series of each close together."""
    labels = part.drop_duplicates("slice").set_index("slice")
    counts = [
        f"{name}<br>{known.targets:,} targets, {known.users:,} people" for name, known in labels.iterrows()
    ]
    drawn = [name for name in series if name in set(part["series"])]
    for place, name in enumerate(drawn):
        points = part[part["series"] == name].set_index("slice").reindex(labels.index)
        style = series_style(place, accent=name == accent)
        shift = _SPREAD * (place / max(len(drawn) - 1, 1) - 0.5)
        trace = go.Scatter(
            x=plain(points["value"]),
            y=[line + shift for line in range(len(labels))],
            error_x=error_arms(points, style["line"]["color"]),
            name=recommender_label(name),
            legendgroup=name,
            showlegend=row == 1,
            mode="markers",
            marker=style["marker"],
            hovertemplate="%{x:.4f}",
            cliponaxis=False,  # a value of 0 lies on the axis
        )
        figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=counts,
        range=[len(labels) - 0.5, -0.5],
        ticks="outside",  # unseen, they keep the labels clear of points at 0
        ticklen=8,
        tickcolor="rgba(0, 0, 0, 0)",
        showgrid=False,
        zeroline=False,
        row=row,
    )
