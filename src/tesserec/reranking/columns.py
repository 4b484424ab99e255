"""The item table as rules see it: numbers, and category values by their codes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.tables.roles import CATEGORY, MULTI_CATEGORY, NUMBER

SHOWN = 12
STEP = " > "
NO_VALUE = -1


@dataclass(frozen=True)
class Categories:
    """The values of a category column.

    Args:
        codes: (items, most values of one item) positions in `names`, each value once, -1 padded.
        names: The distinct values; a path such as `Books > Crime > Nordic` is one value.
    """

    codes: np.ndarray
    names: np.ndarray

    def levels(self) -> set[str]:
        """Return every value and every level above it: `Books`, `Books > Crime`, ..."""
        paths = (str(name).split(STEP) for name in self.names)
        return {STEP.join(path[: depth + 1]) for path in paths for depth in range(len(path))}

    def have(self, wanted: Collection[str]) -> np.ndarray:
        """Return which items have one of the values, or a value below one of them, (items,) bool."""
        among = [any(_is_below(str(name), level) for level in wanted) for name in self.names]
        # The padding, -1, finds the last place.
        return np.append(np.array(among, dtype=bool), False)[self.codes].any(axis=1)


@dataclass(frozen=True)
class ItemColumns:
    """The attribute columns of the items.

    Args:
        table: Cleaned items, (items, columns).
        roles: Role of each attribute column: text, category, multi_category or number.
    """

    table: pd.DataFrame
    roles: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.table)

    def role(self, column: str, parameter: str) -> str:
        """Return the role of a column that a parameter names.

        Raises:
            ConfigError: If there is no such column.
        """
        if column not in self.roles:
            raise ConfigError(
                f"Parameter {parameter} names the column {column}, but items has "
                f"{', '.join(self.roles) or 'no attribute columns'}{suggestion(column, self.roles)}"
            )
        return self.roles[column]

    def numbers(self, column: str, parameter: str) -> np.ndarray:
        """Return a number column, (items,) float64, NaN where missing.

        Raises:
            ConfigError: If the column is unknown or does not hold numbers.
        """
        role = self.role(column, parameter)
        if role != NUMBER:
            raise ConfigError(
                f"Parameter {parameter} compares the column {column} with a number, but its role is {role}: "
                f"use `in` or `not_in`, or set preprocessing.column_roles.items.{column} to number."
            )
        return self.table[column].to_numpy(float)

    def categories(self, column: str, parameter: str) -> Categories:
        """Return the values of a category column.

        Takes `4 · items · most values of one item` bytes.

        Raises:
            ConfigError: If the column is unknown or does not hold categories.
        """
        role = self.role(column, parameter)
        if role not in {CATEGORY, MULTI_CATEGORY}:
            raise ConfigError(
                f"Parameter {parameter} needs a column of categories, but the role of the column {column} is "
                f"{role}: name another, or set preprocessing.column_roles.items.{column} to category."
            )
        return self._values(column)

    def main_category(self) -> str | None:
        """Return the column that says best what an item is; None without any column of categories.

        That is the one called `category`, else the one in which most items have a value.
        """
        columns = [name for name, role in self.roles.items() if role in {CATEGORY, MULTI_CATEGORY}]
        known = {name: (name == "category", self.table[name].notna().sum()) for name in columns}
        return max(known, key=lambda name: known[name], default=None)

    def main_categories(self) -> Categories | None:
        """Return the values of the main column of categories; None without any."""
        column = self.main_category()
        return None if column is None else self._values(column)

    def missing(self, column: str, parameter: str) -> np.ndarray:
        """Return where a column of any role has no value, (items,) bool."""
        self.role(column, parameter)
        values = self.table[column]
        return (values.isna() | (values == "")).to_numpy(bool)

    def _values(self, column: str) -> Categories:
        cells = pd.Series(self.table[column].to_numpy(object), index=np.arange(len(self))).dropna()
        values = cells.astype(str)
        values = values.str.split("|").explode() if self.roles[column] == MULTI_CATEGORY else values
        return _encode(values.str.strip().str.replace(r"\s*>\s*", STEP, regex=True), len(self))


def suggestion(name: str, known: Collection[str]) -> str:
    """Return the end of a sentence that offers the closest of the known names."""
    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else "; correct or remove it."


def check_values(wanted: Collection[str], known: Collection[str], column: str, parameter: str) -> None:
    """Check that every value that a rule names occurs in the column.

    Raises:
        ConfigError: If one does not.
    """
    for value in wanted:
        if value not in known:
            listing = ", ".join(sorted(known)) if len(known) <= SHOWN else f"{len(known)} other values"
            raise ConfigError(
                f"Parameter {parameter} names the value {value!r}, which no item has in the column {column} "
                f"(it has {listing}){suggestion(value, known)}"
            )


def _encode(values: pd.Series, items: int) -> Categories:
    """Return the values, a row per item and value with the item's position as index, as padded codes."""
    pairs = pd.DataFrame({"row": values.index.to_numpy(), "name": values.to_numpy(object)})
    pairs = pairs[pairs["name"] != ""].drop_duplicates()
    codes, names = pd.factorize(pairs["name"], sort=True)
    place = pairs.groupby("row").cumcount().to_numpy()
    padded = np.full((items, int(place.max(initial=0)) + 1), NO_VALUE, dtype=np.int32)
    padded[pairs["row"], place] = codes
    return Categories(padded, np.asarray(names, dtype=object))


def _is_below(name: str, level: str) -> bool:
    return name == level or name.startswith(level + STEP)
