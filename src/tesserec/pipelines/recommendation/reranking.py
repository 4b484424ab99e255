"""The parameters under `recommendation.reranking:`, and how they become steps after ranking."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field, FiniteFloat, NonNegativeFloat, PositiveInt, model_validator

from tesserec.errors import ConfigError
from tesserec.features.blocks import unit_rows
from tesserec.options import Options
from tesserec.recommenders import TrainingData
from tesserec.reranking import (
    STEPS,
    Boost,
    Cap,
    Diversity,
    ItemColumns,
    ReRanking,
    Rule,
    adjustment,
    all_pass,
    collect_exclusions,
    popularity_damping,
)

GROUP = "recommendation.reranking"
VECTORS = "fused"

Values = Annotated[list[str | int | float], Field(min_length=1)] | None


class RuleOptions(Options):
    """Conditions on one column; None stands for a condition that is not there."""

    column: str
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    among: Annotated[Values, Field(alias="in")] = None
    not_in: Values = None
    missing: bool | None = None

    def rule(self, parameter: str) -> Rule:
        """Return the rule; category values are compared as they would be written."""
        among, not_among = (
            None if values is None else [str(value) for value in values]
            for values in (self.among, self.not_in)
        )
        return Rule(parameter, self.column, self.at_least, self.at_most, among, not_among, self.missing)


class BoostOptions(RuleOptions):
    """A rule with one of a factor and an addition."""

    factor: NonNegativeFloat | None = None
    add: FiniteFloat | None = None

    @model_validator(mode="after")
    def _changes_one_way(self) -> "BoostOptions":
        if (self.factor is None) == (self.add is None):
            raise ValueError("give either a factor or an add")
        return self

    def boost(self, parameter: str) -> Boost:
        """Return the boost."""
        factor = 1.0 if self.factor is None else self.factor
        return Boost(self.rule(parameter), factor, self.add or 0.0)


class ReRankingOptions(Options):
    """All parameters of the group."""

    depth: PositiveInt
    filters: list[RuleOptions]
    exclude: list[str]
    boosts: list[BoostOptions]
    popularity_damping: NonNegativeFloat
    caps: dict[str, PositiveInt]
    diversity: Annotated[float, Field(ge=0, le=1)]

    def steps_of_tables(
        self, items: pd.DataFrame, roles: Mapping[str, str], exclusions: pd.DataFrame
    ) -> ReRanking:
        """Build the steps that the tables alone decide: they can be checked before anything is learned.

        Args:
            items: Cleaned items; positions refer to their order.
            roles: Role of each attribute column of `items`.
            exclusions: item_id, user_id (missing: for everyone).

        Raises:
            ConfigError: If a parameter does not fit the tables; the message names it and the way out.
        """
        columns = ItemColumns(items, roles)
        filters = [one.rule(f"{GROUP}.filters.{place}") for place, one in enumerate(self.filters)]
        boosts = [one.boost(f"{GROUP}.boosts.{place}") for place, one in enumerate(self.boosts)]
        item_ids = items["item_id"].to_numpy(object)
        excluded = collect_exclusions(item_ids, self.exclude, exclusions, f"{GROUP}.exclude")
        caps = {column: columns.categories(column, f"{GROUP}.caps.{column}").codes for column in self.caps}
        return ReRanking(
            self.depth,
            passing=all_pass(filters, columns) if filters else None,
            exclusions=excluded if self.exclude or len(exclusions) else None,
            boosts=adjustment(boosts, columns) if boosts else None,
            caps=tuple(Cap(codes, self.caps[column]) for column, codes in caps.items()) or None,
        )

    def steps(
        self,
        data: TrainingData,
        items: pd.DataFrame,
        roles: Mapping[str, str],
        exclusions: pd.DataFrame,
    ) -> ReRanking:
        """Build all steps, for item positions of the training data.

        Raises:
            ConfigError: As `steps_of_tables`, or if lists shall vary and nothing is known of the items.
        """
        ordered = items.set_index("item_id", drop=False).loc[data.items.ids]
        steps = self.steps_of_tables(ordered, roles, exclusions)
        damping = popularity_damping(data.profiles, self.popularity_damping)
        return replace(
            steps,
            damping=damping if self.popularity_damping else None,
            diversity=Diversity(_vectors(data), self.diversity) if self.diversity else None,
        )

    def in_words(self, steps: ReRanking) -> dict[str, str]:
        """Say what each active step does, by the name that its lists have in the comparison.

        Args:
            steps: What the tables made of these parameters.
        """
        words: dict[str, str] = {}
        if steps.passing is not None:
            words["passing"] = f"{steps.passing.sum():,} of {len(steps.passing):,} items pass the filters"
        if steps.exclusions is not None:
            everyone, people = len(steps.exclusions.everyone), len(steps.exclusions.user_ids)
            words["exclusions"] = (
                f"items for everybody: {everyone:,}; people with lists of their own: {people:,}"
            )
        if steps.boosts is not None:
            boosted = (steps.boosts.factor != 1) | (steps.boosts.add != 0)
            words["boosts"] = f"the scores of {boosted.sum():,} items are changed"
        if self.popularity_damping:
            words["damping"] = f"the most popular item loses {self.popularity_damping:g} of a score of 0 to 1"
        if self.caps:
            limits = ", ".join(f"{limit} of the same {column}" for column, limit in self.caps.items())
            words["caps"] = f"at most {limits} in a list"
        if self.diversity:
            words["diversity"] = f"unlikeness counts for {self.diversity:.0%}, relevance for the rest"
        return {STEPS[name]: text for name, text in words.items()}


def _vectors(data: TrainingData) -> np.ndarray:
    if VECTORS not in data.items.blocks:
        raise ConfigError(
            f"Parameter {GROUP}.diversity needs texts or attributes that tell items apart, and the table "
            "items has none: set it to 0, or add a column."
        )
    return np.asarray(unit_rows(data.items.blocks[VECTORS]))
