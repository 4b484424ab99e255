"""Figures that set recommenders beside each other."""

from collections.abc import Iterator, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tesserec.metrics.names import is_variant, metric_label, recommender_label, split_metric
from tesserec.plots.style import (
    ACCENT,
    MUTED,
    PALETTE,
    empty_figure,
    error_arms,
    new_figure,
    plain,
    series_style,
)


def comparison_figure(comparison: pd.DataFrame, metric: str, fused: str = "fusion") -> go.Figure:
    """Draw one metric of all recommenders as points with 95 % intervals, the best on top.

    Args:
        comparison: `recommender, metric, value, low, high`; NaN ends where a metric has no interval.
        metric: The metric to draw, such as `ndcg@10`.
        fused: Recommender to highlight.
    """
    title = f"How good is each recommender? {metric_label(metric)}"
    rows = comparison[(comparison["metric"] == metric) & comparison["value"].notna()].sort_values("value")
    if rows.empty:
        return empty_figure(title, f"No recommender has a value of {metric_label(metric)}.")
    figure = new_figure(title, height=120 + 34 * len(rows))
    for is_fused, part in rows.groupby(rows["recommender"] == fused):  # error bars have one colour per trace
        color = ACCENT if is_fused else MUTED
        figure.add_scatter(
            x=plain(part["value"]),
            y=[recommender_label(name) for name in part["recommender"]],
            error_x=error_arms(part, color),
            mode="markers",
            marker={"color": color, "size": 11},
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
            showlegend=False,
        )
    label = f"{metric_label(metric)}, mean over users with 95 % interval"
    figure.update_xaxes(title_text=label, rangemode="tozero")
    order = [recommender_label(name) for name in rows["recommender"]]
    return figure.update_yaxes(showgrid=False, categoryorder="array", categoryarray=order)


def cutoff_figure(
    comparison: pd.DataFrame,
    metrics: Sequence[str] = ("ndcg", "recall"),
    fused: str = "fusion",
    baseline: str = "popularity",
    shown: int = 6,
) -> go.Figure:
    """Draw metrics over the length of the list, one line per recommender.

    Args:
        comparison: `recommender, metric, value`, with metrics such as `ndcg@5`.
        metrics: Names without `@k`, one panel each.
        fused: Recommender to highlight.
        baseline: Recommender to draw however bad it is.
        shown: Number of recommenders drawn: these two and the best others.
    """
    title = "How does quality change with the length of the list?"
    split = [split_metric(name) for name in comparison["metric"]]
    points = comparison.assign(base=[base for base, _ in split], k=[k for _, k in split])
    points = points[points["base"].isin(metrics) & points["value"].notna()].sort_values("k")
    if points.empty:
        return empty_figure(title, "No metric was measured at any length.")
    figure = make_subplots(1, len(metrics), subplot_titles=[metric_label(name) for name in metrics])
    # The subplots bring titles of their own, which stand between the figure's title and the axes.
    figure.update_layout(new_figure(title, height=440).layout).update_layout(margin_t=84)
    figure.update_annotations(font_size=13)
    names = leaders(points[points["base"] == metrics[0]], fused, baseline, shown)
    for column, base in enumerate(metrics, start=1):
        for trace in _lines(points[points["base"] == base], names, fused):
            figure.add_trace(trace.update(showlegend=column == 1), row=1, col=column)
    figure.update_xaxes(title_text="length of the list", tickvals=sorted({int(k) for k in points["k"]}))
    return figure.update_yaxes(rangemode="tozero")


def weights_figure(fusion_weights: pd.DataFrame) -> go.Figure:
    """Draw what share of the fused score each recommender gives.

    Args:
        fusion_weights: `recommender`, `weight` for people with a history, `weight_without_history`.
    """
    title = "What does the fusion listen to?"
    if fusion_weights.empty:
        return empty_figure(title, "Nothing was fused.")
    rows = fusion_weights.sort_values(["weight", "weight_without_history"])
    height = 34 * len(rows)
    figure = new_figure(title, height=height + 140)
    groups = {"weight": "people with a history", "weight_without_history": "people without"}
    for (column, name), color in zip(groups.items(), (ACCENT, PALETTE[0]), strict=True):
        figure.add_bar(
            x=plain(rows[column]),
            y=[recommender_label(name) for name in rows["recommender"]],
            orientation="h",
            name=name,
            marker={"color": color},
            hovertemplate="%{y}: %{x:.1%}",
        )
    figure.update_xaxes(title_text="weight in the fused score", tickformat=".0%", rangemode="tozero")
    return figure.update_yaxes(showgrid=False).update_layout(
        legend={"traceorder": "normal", "y": -70 / height}
    )


def history_figure(slices: pd.DataFrame, metric: str, fused: str = "fusion", shown: int = 3) -> go.Figure:
    """Draw a metric over the length of the users' histories.

    Args:
        slices: `recommender, history, users, value, low, high`, as `history_slices` gives them.
        metric: Its name.
        fused: Recommender to highlight.
        shown: Number of recommenders drawn, the best by mean over users.
    """
    title = f"For whom does it work? {metric_label(metric)} by length of history"
    if slices.empty:
        return empty_figure(title, "No user could be evaluated.")
    totals = slices.assign(total=slices["value"] * slices["users"]).groupby("recommender")["total"].sum()
    best = _singles(totals, fused)[: shown - 1]
    counts = slices.groupby("history", sort=False)["users"].max()
    figure = new_figure(title, height=440)
    # On a narrow page the labels below stand upright, and would run into a legend below.
    figure.update_layout(legend={"y": 1.02, "yanchor": "bottom"})
    drawn = [name for name in [fused, *best] if name in totals.index]
    for place, name in enumerate(drawn):
        line = slices[slices["recommender"] == name].set_index("history").reindex(counts.index)
        style = series_style(place, accent=name == fused)
        figure.add_scatter(
            x=[f"{history}<br>{users:,} users" for history, users in counts.items()],
            y=plain(line["value"]),
            error_y={**error_arms(line, style["line"]["color"]), "width": 3},
            name=recommender_label(name),
            mode="lines+markers",
            hovertemplate="%{y:.4f}",
            **style,
        )
    figure.update_xaxes(title_text="known items in the user's history", type="category")
    return figure.update_yaxes(title_text=metric_label(metric), rangemode="tozero")


def leaders(points: pd.DataFrame, fused: str, baseline: str, shown: int) -> list[str]:
    """Return the fused recommender, the best others and the baseline, as far as they exist.

    Args:
        points: `recommender, value` of one metric; of several rows of a recommender the best counts.
        fused: Recommender that was built from the others.
        baseline: Recommender to name however bad it is.
        shown: Number of names.
    """
    best = points.groupby("recommender")["value"].max()
    others = [name for name in _singles(best, fused) if name != baseline][: shown - 2]
    return [name for name in (fused, *others, baseline) if name in best]


def _lines(points: pd.DataFrame, names: Sequence[str], fused: str) -> Iterator[go.Scatter]:
    """Yield one line over k for each of the named recommenders."""
    for place, name in enumerate(names):
        line = points[points["recommender"] == name]
        yield go.Scatter(
            x=[int(k) for k in line["k"]],
            y=plain(line["value"]),
            name=recommender_label(name),
            legendgroup=name,
            mode="lines+markers",
            hovertemplate="list of %{x}: %{y:.4f}",
            **series_style(place, accent=name == fused),
        )


def _singles(quality: pd.Series, fused: str) -> list[str]:
    """Return the recommenders but the fused one and its variants, the best first."""
    order = quality.sort_values(ascending=False).index
    return [name for name in order if name != fused and not is_variant(name, fused)]
