"""Blocks from attribute columns: categories and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.features.blocks import unit_rows


def columns_with(roles: Mapping[str, str], *wanted: str) -> list[str]:
    """Return the columns that have one of the wanted roles."""
    return [column for column, role in roles.items() if role in wanted]


@dataclass
class CategoryBlock:
    """One column per category value, weighted by rarity, in rows of length 1.

    A path such as `Books > Crime > Nordic` counts as each of its levels, so that neighbours in the tree share
    columns.

    Args:
        columns: Category and multi-category columns.
        roles: Role of each column.
    """

    columns: Sequence[str]
    roles: Mapping[str, str]
    names: list[str] = field(default_factory=list, init=False)
    rarity: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32), init=False)

    def fit(self, table: pd.DataFrame) -> Self:
        """Learn the values and their inverse document frequencies, `ln((1 + n) / (1 + count)) + 1`."""
        pairs = self._pairs(table)
        counts = pairs["name"].value_counts(sort=False).sort_index()
        self.names = counts.index.tolist()
        self.rarity = (np.log((1 + len(table)) / (1 + counts.to_numpy())) + 1).astype(np.float32)
        return self

    def transform(self, table: pd.DataFrame) -> sp.csr_array:
        """Return the rows, (rows, values); a value that was not learned counts nothing, as if it was missing.

        So a new film of an unknown director is as much of its genres as one whose director nobody noted, and
        does not fall behind known films for what nothing could be learned about.
        """
        pairs = self._pairs(table)
        columns = pd.Index(self.names).get_indexer(pairs["name"])
        known = columns >= 0
        entries = (self.rarity[columns[known]], (pairs["row"].to_numpy()[known], columns[known]))
        return sp.csr_array(unit_rows(sp.csr_array(entries, shape=(len(table), len(self.names)))))

    def _pairs(self, table: pd.DataFrame) -> pd.DataFrame:
        parts = [pd.DataFrame({"row": np.zeros(0, np.int64), "name": np.zeros(0, object)})]
        for column in self.columns:
            values = (
                pd.Series(table[column].to_numpy(object), index=np.arange(len(table))).dropna().astype(str)
            )
            if self.roles[column] == "multi_category":
                values = values.str.split("|").explode()
            levels = _path_levels(values.str.strip())
            levels = levels[levels != ""]
            named = f"{column}: " + levels
            parts.append(pd.DataFrame({"row": named.index.to_numpy(), "name": named.to_numpy(object)}))
        return pd.concat(parts).drop_duplicates()


def _path_levels(values: pd.Series) -> pd.Series:
    """Replace each path `A > B > C` by its levels `A`, `A > B` and `A > B > C`."""
    steps = values.str.split(r"\s*>\s*", regex=True)
    return steps.map(lambda path: [" > ".join(path[: depth + 1]) for depth in range(len(path))]).explode()


@dataclass
class NumberBlock:
    """Standardised number columns; a missing number stands at the mean.

    Args:
        columns: Number columns.
    """

    columns: Sequence[str]
    centre: np.ndarray = field(default_factory=lambda: np.zeros(0), init=False)
    spread: np.ndarray = field(default_factory=lambda: np.ones(0), init=False)

    def fit(self, table: pd.DataFrame) -> Self:
        """Learn the mean and the standard deviation of each column."""
        values = table[list(self.columns)].astype(float)
        self.centre = values.mean().fillna(0).to_numpy()
        self.spread = values.std(ddof=0).replace(0, 1).fillna(1).to_numpy()
        return self

    def transform(self, table: pd.DataFrame) -> np.ndarray:
        """Return the rows, (rows, columns), clipped at four deviations: no outlier rules a distance."""
        values = (table[list(self.columns)].astype(float).to_numpy() - self.centre) / self.spread
        return np.clip(np.nan_to_num(values), -4, 4).astype(np.float32)


@dataclass
class RangeBlock:
    """One column per range of a number, with about equally many people in each.

    Args:
        columns: Number columns.
        bins: Ranges per column.
    """

    columns: Sequence[str]
    bins: int
    edges: list[np.ndarray] = field(default_factory=list, init=False)

    @property
    def names(self) -> list[str]:
        """The ranges, in the order of the columns."""
        bounds = [[-np.inf, *edges, np.inf] for edges in self.edges]
        return [
            f"{column}: {_range(low, high)}"
            for column, edges in zip(self.columns, bounds, strict=True)
            for low, high in pairwise(edges)
        ]

    def fit(self, table: pd.DataFrame) -> Self:
        """Learn the inner bounds of the ranges."""
        inner = np.linspace(0, 1, self.bins + 1)[1:-1]
        known = [table[column].dropna().to_numpy(float) for column in self.columns]
        self.edges = [
            np.unique(np.quantile(values, inner)) if len(values) else np.zeros(0) for values in known
        ]
        return self

    def transform(self, table: pd.DataFrame) -> sp.csr_array:
        """Return 1 in the range of each number, (rows, ranges); a missing number is in none."""
        parts = [sp.csr_array((len(table), 0), dtype=np.float32)]
        for column, edges in zip(self.columns, self.edges, strict=True):
            values = table[column].to_numpy(float)
            rows = np.flatnonzero(~np.isnan(values))
            ranges = np.searchsorted(edges, values[rows], side="right")
            ones = np.ones(len(rows), dtype=np.float32)
            parts.append(sp.csr_array((ones, (rows, ranges)), shape=(len(table), len(edges) + 1)))
        return sp.csr_array(sp.hstack(parts))


def _range(low: float, high: float) -> str:
    if np.isinf(low):
        return f"below {high:g}" if np.isfinite(high) else "any"
    return f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more"
