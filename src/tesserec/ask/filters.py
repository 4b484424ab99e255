"""Conditions on items, such as `price<20`: a column, a comparison and a value, and nothing that is run."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.preflight import check_known
from tesserec.text.cleaning import clean_text

# In a condition it stands for the value of the item that is compared with.
THIS = "this"
_CONDITION = re.compile(r"(?P<column>[^<>=!]+?)\s*(?P<sign><=|>=|!=|<|>|=)\s*(?P<value>.+)")
_COMPARISONS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_FORM = "write COLUMN, one of < <= > >= = !=, and a value, such as 'year>=2020'"
_LEVEL = re.compile(r"\s*>\s*")


@dataclass(frozen=True)
class Condition:
    """One condition as it was written.

    Args:
        column: Of the items.
        sign: The comparison.
        value: What is compared with, or `THIS`.
    """

    column: str
    sign: str
    value: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a condition; full-width signs and letters are folded.

        Raises:
            ConfigError: If it has another form.
        """
        found = _CONDITION.fullmatch(clean_text(written))
        if found is None:
            raise ConfigError(f"The condition {written!r} cannot be read: {_FORM}.")
        return cls(**found.groupdict())

    def __str__(self) -> str:
        return f"{self.column}{self.sign}{self.value}"


class ItemFilter:
    """Tells which items fulfil conditions.

    A number column is compared as numbers. A category column has `=` a value where the value is one of its
    categories, or a level of its path: `Shop` and `Shop > Garden` are both levels of `Shop > Garden`. A text
    column has `=` a value where it contains it. Upper and lower case are the same. An item without a value
    fulfils `!=` and no other comparison.

    Args:
        items: (items, ...) cleaned items, with their title and attribute columns.
        roles: Role of each attribute column: text, category, multi_category or number.
    """

    def __init__(self, items: pd.DataFrame, roles: Mapping[str, str]) -> None:
        self._items = items
        self._roles = {"title": "text", "description": "text", **roles}

    @property
    def columns(self) -> Sequence[str]:
        """The columns that a condition may name."""
        return list(self._roles)

    def keep(self, conditions: Sequence[Condition], this: int | None = None) -> np.ndarray:
        """Tell for each item whether it fulfils all conditions, (items,) bool.

        Args:
            conditions: None at all keeps everything.
            this: Position of the item that `this` means.

        Raises:
            ConfigError: If a column is unknown, or a comparison or a value does not fit it.
        """
        kept = np.ones(len(self._items), dtype=bool)
        for condition in conditions:
            check_known("column", condition.column, self.columns)
            numeric = self._roles[condition.column] == "number"
            kept &= (self._numbers if numeric else self._words)(condition, this)
        return kept

    def _numbers(self, condition: Condition, this: int | None) -> np.ndarray:
        values = self._items[condition.column].to_numpy(float)
        if condition.value == THIS:
            bound = float(values[self._place(condition, this)])
        else:
            try:
                bound = float(condition.value)
            except ValueError:
                raise ConfigError(
                    f"The condition '{condition}' compares numbers with {condition.value!r}: "
                    f"give a number, or '{THIS}'."
                ) from None
        return _COMPARISONS[condition.sign](values, bound)  # NaN is unequal to all, and else fulfils nothing

    def _words(self, condition: Condition, this: int | None) -> np.ndarray:
        if condition.sign not in {"=", "!="}:
            numbers = [name for name, role in self._roles.items() if role == "number"]
            raise ConfigError(
                f"The condition '{condition}' orders words: {condition.column!r} can only be compared by "
                f"= and !=, numbers are in {', '.join(numbers) or 'no column'}."
            )
        column = self._items[condition.column]
        wanted = condition.value
        if wanted == THIS:
            wanted = column.iloc[self._place(condition, this)]
        holds = self._holds(self._roles[condition.column])
        found = column.map(lambda value: holds(value, wanted), na_action="ignore").eq(True).to_numpy(bool)
        return found if condition.sign == "=" else ~found

    def _holds(self, role: str) -> Callable[[str, str], bool]:
        if role == "text":
            return lambda value, wanted: wanted.casefold() in value.casefold()
        split = role == "multi_category"
        return lambda value, wanted: bool(_levels(value, split=split) & _paths(wanted, split=split))

    def _place(self, condition: Condition, this: int | None) -> int:
        """Return the position of the item that `this` means."""
        if this is None:
            raise ConfigError(
                f"The condition '{condition}' compares with '{THIS}', but no single item is named: "
                "ask for what is similar to one, or name exactly one liked item."
            )
        value = self._items[condition.column].iloc[this]
        if pd.isna(value) or value == "":
            raise ConfigError(
                f"The condition '{condition}' compares with '{THIS}', but the item "
                f"{self._items['item_id'].iloc[this]!r} has no {condition.column!r}: give a value."
            )
        return this


def _paths(value: str, *, split: bool) -> set[str]:
    """Return the paths that a cell names, in one way of writing."""
    parts = value.split("|") if split else [value]
    return {" > ".join(_LEVEL.split(part.strip())).casefold() for part in parts}


def _levels(value: str, *, split: bool) -> set[str]:
    """Return every level of the paths of a cell: by its own name, and as the path that leads to it."""
    found: set[str] = set()
    for path in _paths(value, split=split):
        steps = path.split(" > ")
        found.update(steps)
        found.update(" > ".join(steps[:depth]) for depth in range(1, len(steps) + 1))
    return found
