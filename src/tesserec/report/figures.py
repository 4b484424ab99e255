"""Figures inside a page that needs no network."""

import base64
import gzip
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
    """A figure for the page: its name, its title, which the page sets itself, and the rest as JSON."""

    name: str
    title: str
    document: Markup


def page_figure(name: str, figure: go.Figure) -> PageFigure:
    """Split the title from a figure; its JSON can stand in a `<script>` element, whatever it contains."""
    margin = figure.layout.margin.t or figure.layout.template.layout.margin.t or 0
    untitled = go.Figure(figure).update_layout(title=None, margin_t=max(margin - _TITLE_HEIGHT, 8))
    return PageFigure(name, figure.layout.title.text or "", Markup(untitled.to_json()))
