"""Figures inside a page that needs no network."""

import base64
import gzip
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

_TITLE_HEIGHT = 40


@cache
def plotly_source() -> Markup:
    """Return Plotly's JavaScript as base64 of gzip: 2 MB instead of 5, unpacked by the browser."""
    packed = gzip.compress(get_plotlyjs().encode(), mtime=0)
    return Markup(base64.b64encode(packed).decode())


class PageFigure(NamedTuple):
    """A figure for the page: its title, which the page sets itself, and the rest as JSON."""

    title: str
    document: Markup


def page_figures(figures: Mapping[str, go.Figure]) -> dict[str, PageFigure]:
    """Split titles from figures; Plotly's JSON can stand in a `<script>` element, whatever it contains."""
    return {name: _page_figure(figure) for name, figure in figures.items()}


def _page_figure(figure: go.Figure) -> PageFigure:
    margin = figure.layout.margin.t or figure.layout.template.layout.margin.t or 0
    untitled = go.Figure(figure).update_layout(title=None, margin_t=max(margin - _TITLE_HEIGHT, 8))
    return PageFigure(figure.layout.title.text or "", Markup(untitled.to_json()))
