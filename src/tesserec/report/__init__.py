"""One self-contained HTML page about a run: how good it is, against what, and why to believe it."""

from tesserec.report.examples import Example, Suggestion, choose_examples
from tesserec.report.page import Contents, Offer, Reproduction, build_report
from tesserec.report.results import Results

__all__ = [
    "Contents",
    "Example",
    "Offer",
    "Reproduction",
    "Results",
    "Suggestion",
    "build_report",
    "choose_examples",
]
