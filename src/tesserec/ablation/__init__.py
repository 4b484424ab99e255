"""The fusion bench: what the fusion is worth without a part of its knowledge, or blended another way."""

from tesserec.ablation.bench import Arm, Bench, BenchStage
from tesserec.ablation.comparison import compare_arms, describe_arms, judge_lists, value_of_text
from tesserec.ablation.lists import lists_to_table, table_to_lists
from tesserec.ablation.settings import CONTROLS, FULL, Setting, settings

__all__ = [
    "CONTROLS",
    "FULL",
    "Arm",
    "Bench",
    "BenchStage",
    "Setting",
    "compare_arms",
    "describe_arms",
    "judge_lists",
    "lists_to_table",
    "settings",
    "table_to_lists",
    "value_of_text",
]
