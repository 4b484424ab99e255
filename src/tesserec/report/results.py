"""The measured quality of all recommenders, and the questions that the report asks of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from tesserec.metrics.names import is_variant, split_metric

# Up to this corrected p-value a difference is called beyond chance.
CHANCE = 0.05


class Estimate(NamedTuple):
    """A value with its interval; the ends are NaN where there is none."""

    value: float
    low: float
    high: float


class Gap(NamedTuple):
    """How far the fused recommender is ahead of another, over the same users.

    `p_holm` is corrected for the number of comparisons; the interval is of this one alone.
    """

    value: float
    low: float
    high: float
    p_holm: float

    @property
    def is_ahead(self) -> bool:
        """Whether the fused recommender is better beyond chance."""
        return self.value > 0 and self.p_holm <= CHANCE

    @property
    def is_behind(self) -> bool:
        """Whether the fused recommender is worse beyond chance."""
        return self.value < 0 and self.p_holm <= CHANCE


@dataclass(frozen=True)
class Results:
    """All tables of the evaluation.

    Args:
        comparison: `recommender, metric, value, low, high, users`.
        differences: `recommender, value, low, high, p_holm`: `fused` minus that recommender, by `metric`.
        fusion_weights: `recommender, weight`, for people with a history.
        metric: The metric that decides, such as `ndcg@10`.
        fused: The recommender that was built from the others.
        baseline: The simplest sensible recommender.
        text_recommenders: Recommenders that read text; those that were not run are ignored.
    """

    comparison: pd.DataFrame
    differences: pd.DataFrame
    fusion_weights: pd.DataFrame
    metric: str
    fused: str
    baseline: str
    text_recommenders: Sequence[str]

    @cached_property
    def recommenders(self) -> list[str]:
        """Recommenders from best to worst by the deciding metric."""
        rows = self.comparison[self.comparison["metric"] == self.metric]
        return rows.sort_values("value", ascending=False, kind="stable")["recommender"].tolist()

    @cached_property
    def metrics(self) -> list[str]:
        """All metrics that were measured, in the order of the table."""
        return self.comparison["metric"].drop_duplicates().tolist()

    @property
    def k(self) -> int | None:
        """Length of the list that the deciding metric looks at."""
        return split_metric(self.metric)[1]

    @property
    def singles(self) -> list[str]:
        """All recommenders but the fused one and its variants, from best to worst."""
        fused = self.fused
        return [name for name in self.recommenders if name != fused and not is_variant(name, fused)]

    @property
    def text(self) -> list[str]:
        """The recommenders that read text, from best to worst."""
        return [name for name in self.singles if name in self.text_recommenders]

    @property
    def text_free(self) -> list[str]:
        """The single recommenders that read no text, from best to worst."""
        return [name for name in self.singles if name not in self.text_recommenders]

    @property
    def users(self) -> int:
        """Number of users on whom the deciding metric was measured."""
        rows = self.comparison[self.comparison["metric"] == self.metric]
        return int(rows["users"].max()) if len(rows) else 0

    def estimate(self, recommender: str, metric: str | None = None) -> Estimate | None:
        """Return a metric (by default the deciding one) of a recommender, None if it was not measured."""
        return self._estimates.get((recommender, metric or self.metric))

    def gap(self, recommender: str) -> Gap | None:
        """Return how far the fused recommender is ahead of `recommender`, None if that was not measured."""
        return self._gaps.get(recommender)

    def weight(self, recommenders: Sequence[str]) -> float | None:
        """Return the summed weight of recommenders for people with a history; None if nothing was fused."""
        rows = self.fusion_weights
        if rows.empty:
            return None
        return float(rows.loc[rows["recommender"].isin(recommenders), "weight"].sum())

    @cached_property
    def _estimates(self) -> dict[tuple[str, str], Estimate]:
        rows = self.comparison.dropna(subset=["value"])
        return {
            (row.recommender, row.metric): Estimate(row.value, row.low, row.high) for row in rows.itertuples()
        }

    @cached_property
    def _gaps(self) -> dict[str, Gap]:
        rows = self.differences.dropna(subset=["value"])
        return {row.recommender: Gap(row.value, row.low, row.high, row.p_holm) for row in rows.itertuples()}
