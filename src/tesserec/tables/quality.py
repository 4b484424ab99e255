"""Collect what happened to a table on its way through cleaning: nothing is changed silently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from tesserec.tables.contract import CONTRACTS

Examples: TypeAlias = Sequence[Any] | pd.Series | np.ndarray

EXAMPLES = 5
EXAMPLE_CHARACTERS = 120


@dataclass
class TableQuality:
    """The findings about one table.

    Args:
        rows_read: Rows of the raw table.
        rows_kept: Rows of the cleaned table.
        dropped: Rows or columns left out.
        coerced: Values changed or set aside because they cannot be right.
        filled: Missing values that got a stand-in.
        noticed: Values kept as they are that deserve a look.
    """

    rows_read: int
    rows_kept: int = 0
    dropped: list[dict[str, Any]] = field(default_factory=list)
    coerced: list[dict[str, Any]] = field(default_factory=list)
    filled: list[dict[str, Any]] = field(default_factory=list)
    noticed: list[dict[str, Any]] = field(default_factory=list)

    def drop(self, reason: str, examples: Examples) -> None:
        """Note what is left out: one example for each row or column."""
        _note(self.dropped, {"reason": reason}, examples)

    def coerce(self, column: str, reason: str, examples: Examples) -> None:
        """Note values of a column that were changed or set aside."""
        _note(self.coerced, {"column": column, "reason": reason}, examples)

    def fill(self, column: str, reason: str, count: int) -> None:
        """Note missing values of a column that got a stand-in."""
        if count:
            self.filled.append({"column": column, "reason": reason, "count": count, "examples": []})

    def notice(self, column: str, reason: str, examples: Examples) -> None:
        """Note values of a column that stay as they are."""
        _note(self.noticed, {"column": column, "reason": reason}, examples)

    def keep(self, frame: pd.DataFrame, mask: np.ndarray, reason: str, column: str) -> pd.DataFrame:
        """Return the rows under a mask, and note the others with their values of `column` as examples."""
        if mask.all():
            return frame
        self.drop(reason, frame.loc[~mask, column])
        return frame[mask].reset_index(drop=True)


def _note(notes: list[dict[str, Any]], where: dict[str, str], examples: Examples) -> None:
    if len(examples):
        notes.append({**where, "count": len(examples), "examples": _first_distinct(examples)})


def _first_distinct(values: Iterable[Any]) -> list[str]:
    found: dict[str, None] = {}
    for value in values:
        found[str(value)[:EXAMPLE_CHARACTERS]] = None
        if len(found) == EXAMPLES:
            break
    return list(found)


def ignore_columns(raw: pd.DataFrame, name: str, quality: TableQuality) -> None:
    """Note the columns of a table that the contract does not know and nothing reads."""
    ignored = [column for column in raw.columns if column not in CONTRACTS[name].columns]
    quality.drop("column is not part of the contract of this table", ignored)
