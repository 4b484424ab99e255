"""One self-contained HTML page about a run: how good it is, against what, and why to believe it."""

from tesserec.report.examples import Example, Suggestion, choose_examples, choose_people
from tesserec.report.fusion_bench import FusionBench
from tesserec.report.likeness import MATCH_TYPES, Likeness, Piece, cited_by_content, likenesses
from tesserec.report.page import build_report
from tesserec.report.predictions import PairTable
from tesserec.report.results import Results
from tesserec.report.sections import (
    Offer,
    baseline_section,
    cost_section,
    examples_section,
    quality_section,
    reproduction_section,
    text_section,
    trust_section,
)

__all__ = [
    "MATCH_TYPES",
    "Example",
    "FusionBench",
    "Likeness",
    "Offer",
    "PairTable",
    "Piece",
    "Results",
    "Suggestion",
    "baseline_section",
    "build_report",
    "choose_examples",
    "choose_people",
    "cited_by_content",
    "cost_section",
    "examples_section",
    "likenesses",
    "quality_section",
    "reproduction_section",
    "text_section",
    "trust_section",
]
