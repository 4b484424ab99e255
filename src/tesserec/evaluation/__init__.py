"""Full ranking of all candidates for every test user, and the comparison of recommenders."""

from tesserec.evaluation.background import BASELINE, Background, count_holders
from tesserec.evaluation.comparison import compare
from tesserec.evaluation.full_ranking import Ranked, rank_all
from tesserec.evaluation.groups import Groups, group_items
from tesserec.evaluation.slices import compare_slices, find_slices

__all__ = [
    "BASELINE",
    "Background",
    "Groups",
    "Ranked",
    "compare",
    "compare_slices",
    "count_holders",
    "find_slices",
    "group_items",
    "rank_all",
]
