"""One self-contained HTML page about a run: how good it is, against what, and why to believe it."""

from tesserec.report.examples import Example, Suggestion, choose_examples, choose_people
from tesserec.report.likeness import MATCH_TYPES, Likeness, Piece, cited_by_content, likenesses
from tesserec.report.page import Contents, Offer, Reproduction, build_report
from tesserec.report.results import Results

__all__ = [
    "MATCH_TYPES",
    "Contents",
    "Example",
    "Likeness",
    "Offer",
    "Piece",
    "Reproduction",
    "Results",
    "Suggestion",
    "build_report",
    "choose_examples",
    "choose_people",
    "cited_by_content",
    "likenesses",
]
