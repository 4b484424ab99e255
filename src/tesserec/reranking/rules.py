"""Rules: tests of one item column, written in parameters and never evaluated as code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.errors import ConfigError
from tesserec.reranking.columns import ItemColumns, check_values


@dataclass(frozen=True)
class Rule:
    """Conditions on one column; an item passes if it meets all that are given.

    Args:
        parameter: Dotted path of the rule, for messages.
        column: A column of the item table.
        at_least: Lowest number that passes.
        at_most: Highest number that passes.
        among: Category values of which an item must have one; a level of a path stands for all below it.
        not_among: Category values of which an item must have none.
        missing: Whether an item without a value passes; None: only if the rule merely forbids values.
    """

    parameter: str
    column: str
    at_least: float | None = None
    at_most: float | None = None
    among: Sequence[str] | None = None
    not_among: Sequence[str] | None = None
    missing: bool | None = None

    @property
    def _bounds(self) -> bool:
        return self.at_least is not None or self.at_most is not None

    @property
    def _values(self) -> bool:
        return self.among is not None or self.not_among is not None

    def passes(self, columns: ItemColumns) -> np.ndarray:
        """Return which items pass, (items,) bool.

        Raises:
            ConfigError: If the column or a category value is unknown, the column's role does not suit the
                rule, or the rule tests nothing.
        """
        if not self._bounds and not self._values and self.missing is not False:
            raise ConfigError(
                f"Parameter {self.parameter} tests nothing of the column {self.column}: give at_least, "
                "at_most, in, not_in, or missing: false."
            )
        missing = columns.missing(self.column, self.parameter)
        tested = np.ones(len(columns), dtype=bool)
        if self._bounds:
            tested &= self._inside(columns.numbers(self.column, self.parameter))
        if self._values:
            tested &= self._allowed(columns)
        only_forbids = self.not_among is not None and self.among is None and not self._bounds
        without = only_forbids if self.missing is None else self.missing
        return np.where(missing, without, tested)

    def _inside(self, numbers: np.ndarray) -> np.ndarray:
        least = -np.inf if self.at_least is None else self.at_least
        most = np.inf if self.at_most is None else self.at_most
        if least > most:
            raise ConfigError(
                f"Parameter {self.parameter} asks for at_least {least:g} and at_most {most:g} of the column "
                f"{self.column}, which no number is: exchange them."
            )
        return (numbers >= least) & (numbers <= most)

    def _allowed(self, columns: ItemColumns) -> np.ndarray:
        categories = columns.categories(self.column, self.parameter)
        known = categories.levels()
        tested = np.ones(len(columns), dtype=bool)
        if self.among is not None:
            check_values(self.among, known, self.column, self.parameter)
            tested &= categories.have(self.among)
        if self.not_among is not None:
            check_values(self.not_among, known, self.column, self.parameter)
            tested &= ~categories.have(self.not_among)
        return tested


@dataclass(frozen=True)
class Boost:
    """A change of the normalised score of the items that pass a rule.

    Args:
        rule: Which items.
        factor: Their score is multiplied by it.
        add: It is added to their score; 1 is the distance between a person's best and worst candidate.
    """

    rule: Rule
    factor: float = 1.0
    add: float = 0.0


@dataclass(frozen=True)
class Adjustment:
    """What a set of boosts does to each item's normalised score: `factor · score + add`.

    Args:
        factor: (items,) float32.
        add: (items,) float32.
    """

    factor: np.ndarray
    add: np.ndarray


def all_pass(rules: Sequence[Rule], columns: ItemColumns) -> np.ndarray:
    """Return which items pass every rule, (items,) bool.

    Raises:
        ConfigError: If a rule does not fit the columns, or no item passes all of them.
    """
    passing = np.ones(len(columns), dtype=bool)
    for rule in rules:
        passing &= rule.passes(columns)
        if not passing.any():
            raise ConfigError(
                f"Parameter {rule.parameter} leaves no item to recommend: none passes it and the rules "
                "before it; loosen one of them."
            )
    return passing


def adjustment(boosts: Sequence[Boost], columns: ItemColumns) -> Adjustment:
    """Combine boosts: the factors that apply to an item multiply, the additions add up.

    Raises:
        ConfigError: If a rule does not fit the columns.
    """
    factor, add = np.ones(len(columns), np.float32), np.zeros(len(columns), np.float32)
    for boost in boosts:
        passing = boost.rule.passes(columns)
        factor[passing] *= np.float32(boost.factor)
        add[passing] += np.float32(boost.add)
    return Adjustment(factor, add)
