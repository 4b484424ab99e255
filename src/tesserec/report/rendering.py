"""Templates of the report: every section is rendered alone, and the page puts them together."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tesserec.metrics.names import metric_label, metric_meaning, recommender_label
from tesserec.report import findings, wording
from tesserec.report.documents import rows_of
from tesserec.report.figures import page_figure


def render(template: str, facts: Mapping[str, Any]) -> Markup:
    """Fill in a template; what came from data is escaped.

    Args:
        template: Its file in `report/templates`.
        facts: What it tells, by name; figures are drawn where the template names them.
    """
    shown = {
        name: page_figure(name, fact) if isinstance(fact, go.Figure) else fact for name, fact in facts.items()
    }
    return Markup(_environment().get_template(template).render(shown))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tesserec.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        metric_label=metric_label,
        metric_meaning=metric_meaning,
        recommender_label=recommender_label,
        count=wording.count,
        share=wording.share,
        signed=wording.signed,
        p_value=wording.p_value,
        words=wording.words,
        capitalize_first=lambda text: text[:1].upper() + text[1:],
        rows_of=lambda document: list(rows_of(document)),
    )
    environment.globals.update(
        metric_value=wording.metric_value, interval=findings.interval, is_unknown=wording.is_unknown
    )
    return environment
