"""Divide interactions into train, valid and test, and say what each stage of a run may see."""

from tesserec.splits.assignment import SPLIT_METHODS, resolve_method, split_interactions
from tesserec.splits.stages import STAGES, Stage, candidate_items, history, targets
from tesserec.splits.visibility import visible_relations, visible_texts

__all__ = [
    "SPLIT_METHODS",
    "STAGES",
    "Stage",
    "candidate_items",
    "history",
    "resolve_method",
    "split_interactions",
    "targets",
    "visible_relations",
    "visible_texts",
]
