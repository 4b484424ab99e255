"""After ranking: filters, exclusions, boosts, popularity damping, caps and diversity, each off by default."""

from tesserec.reranking.columns import ItemColumns
from tesserec.reranking.exclusions import Exclusions, collect_exclusions
from tesserec.reranking.rules import Adjustment, Boost, Rule, adjustment, all_pass
from tesserec.reranking.selection import Cap, Diversity, select
from tesserec.reranking.steps import STEPS, ReRanking, popularity_damping

__all__ = [
    "STEPS",
    "Adjustment",
    "Boost",
    "Cap",
    "Diversity",
    "Exclusions",
    "ItemColumns",
    "ReRanking",
    "Rule",
    "adjustment",
    "all_pass",
    "collect_exclusions",
    "popularity_damping",
    "select",
]
