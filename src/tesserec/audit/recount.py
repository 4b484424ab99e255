"""Feature blocks counted anew from rows that are handed in, without the code that builds them.

Each takes the rows that may be learned from; `tesserec.features` says what the blocks are.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows


def mean_rows(rows: np.ndarray, vectors: np.ndarray, count: int) -> Matrix:
    """Return the mean of the vectors of each row, of length 1, (count, d).

    Args:
        rows: The row of each vector, (n,).
        vectors: (n, d).
        count: Rows of the result.
    """
    return unit_rows(gathering(rows, count) @ vectors)


def gathering(rows: np.ndarray, count: int) -> sp.csr_array:
    """Return the matrix that sums up what belongs to each row, (count, n)."""
    return sp.csr_array(
        (np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))), shape=(count, len(rows))
    )


def frequent(counts: sp.csr_array, known: np.ndarray, minimum: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the words that stand in at least `minimum` known rows, and their inverse document frequency.

    Args:
        counts: How often words stand in rows, (rows, words).
        known: Rows that may be learned from.
        minimum: Fewest rows.
    """
    rows = np.bincount(counts[known].indices, minlength=counts.shape[1])
    words = np.flatnonzero(rows >= max(minimum, 1))
    return words, np.log((1 + len(known)) / (1 + rows[words])) + 1


def weighed(counts: sp.csr_array, words: np.ndarray, rarity: np.ndarray) -> Matrix:
    """Return `(1 + ln count) * rarity` of some words, in rows of length 1, (rows, words)."""
    weights = sp.csr_array(counts[:, words], dtype=np.float64)
    weights.data = 1 + np.log(weights.data)
    return unit_rows(sp.csr_array(weights @ sp.diags_array(rarity)))


def held_categories(table: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    """Return what categories each row has: row and name (`column: level`), one line of each."""
    held: dict[tuple[int, str], None] = {}
    for column in (name for name, role in roles.items() if role in ("category", "multi_category")):
        separator = "|" if roles[column] == "multi_category" else None
        for row, value in enumerate(table[column].astype(object)):
            if pd.notna(value):
                held |= dict.fromkeys((row, f"{column}: {level}") for level in _levels(str(value), separator))
    return pd.DataFrame(list(held), columns=["row", "name"]).astype({"row": "int64", "name": "object"})


def categories(held: pd.DataFrame, known: np.ndarray, count: int) -> tuple[list[str], Matrix]:
    """Return the categories of known rows, and what every row has of them by rarity, (count, categories).

    Args:
        held: As `held_categories` returns them.
        known: Rows that may be learned from.
        count: Rows of the result.
    """
    times = held.loc[held["row"].isin(known), "name"].value_counts().sort_index()
    rarity = np.log((1 + len(known)) / (1 + times.to_numpy())) + 1
    column = times.index.get_indexer(held["name"])
    rows, column = held["row"].to_numpy()[column >= 0], column[column >= 0]
    weights = sp.csr_array((rarity[column], (rows, column)), shape=(count, len(times)))
    return times.index.tolist(), unit_rows(weights)


def _levels(value: str, separator: str | None) -> list[str]:
    """Return `A`, `A > B` and `A > B > C` of each path."""
    found = []
    for path in value.split(separator) if separator else [value]:
        steps = [step.strip() for step in path.split(">")]
        found += [" > ".join(steps[: depth + 1]) for depth in range(len(steps))]
    return [level for level in found if level]


def numbers(table: pd.DataFrame, roles: Mapping[str, str], known: np.ndarray) -> np.ndarray:
    """Return number columns in deviations from the mean of known rows, at most four, (rows, columns)."""
    values = table[_columns(roles)].to_numpy(float, na_value=np.nan)
    learned = np.ma.masked_invalid(values[known])
    centre, spread = learned.mean(axis=0).filled(0), learned.std(axis=0).filled(1)
    return np.clip(np.nan_to_num((values - centre) / np.where(spread > 0, spread, 1)), -4, 4)


def ranges(table: pd.DataFrame, roles: Mapping[str, str], known: np.ndarray, count: int) -> np.ndarray:
    """Return 1 in the range that a number lies in, by the quantiles of known rows, (rows, ranges)."""
    parts = [np.zeros((len(table), 0))]
    for column in _columns(roles):
        values = table[column].to_numpy(float, na_value=np.nan)
        learned = values[known][~np.isnan(values[known])]
        edges = np.unique(np.quantile(learned, np.arange(1, count) / count)) if len(learned) else np.zeros(0)
        place = (values[:, None] >= edges).sum(axis=1)
        parts.append((place[:, None] == np.arange(len(edges) + 1)) & ~np.isnan(values)[:, None])
    return np.hstack(parts)


def _columns(roles: Mapping[str, str]) -> list[str]:
    return [name for name, role in roles.items() if role == "number"]
