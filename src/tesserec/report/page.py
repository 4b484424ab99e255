"""Put the report together: one HTML page that opens offline."""

from collections.abc import Sequence

from markupsafe import Markup

from tesserec.report.figures import plotly_source
from tesserec.report.rendering import render


def build_report(title: str, sections: Sequence[str]) -> str:
    """Write the report as one HTML page that loads nothing from anywhere.

    Args:
        title: Heading of the page.
        sections: As the functions of `tesserec.report.sections` return them, in the order of the page.
    """
    parts = [Markup(section) for section in sections]
    return render("report.html", {"title": title, "sections": parts, "plotly": plotly_source()})
