"""Full ranking of all candidates for every test user, and the comparison of recommenders."""

from tesserec.evaluation.comparison import compare
from tesserec.evaluation.full_ranking import Ranked, rank_all

__all__ = ["Ranked", "compare", "rank_all"]
