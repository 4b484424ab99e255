"""Clean the further columns of items and users, each by its role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.tables.numbers import read_numbers
from tesserec.tables.quality import TableQuality
from tesserec.tables.roles import CATEGORY, MULTI_CATEGORY, NUMBER, TEXT, choose_roles
from tesserec.tables.splitters import most_likely_splitter
from tesserec.tables.timestamps import read_dates
from tesserec.text.cleaning import clean_text, clean_texts

# What programs write where a value is missing; cells are trimmed first.
MISSING = ("", "nan", "NaN", "null", "NULL", "None", "<NA>", "N/A", "n/a", "\\N")
SECONDS_PER_YEAR = 365.2425 * 86_400


@dataclass(frozen=True)
class AttributeRules:
    """What the parameters say about attributes.

    Args:
        roles: Role by column, where the data should not decide.
        limits: Lowest and highest possible value by the name of a number column, in lower case.
        outlier_fence: Numbers are reported that are further from the middle half of the values than this many
            times its width.
    """

    roles: Mapping[str, str]
    limits: Mapping[str, tuple[float, float]]
    outlier_fence: float


def clean_attributes(
    raw: pd.DataFrame, rules: AttributeRules, table: str, quality: TableQuality
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Clean the attribute columns of a table.

    Args:
        raw: The attribute columns as read.
        rules: What the parameters say.
        table: `items` or `users`, for messages.
        quality: Takes the findings.

    Returns:
        The columns with a role (number float64, text "" where missing, categories NaN where missing, several
        categories joined by "|"), and the role by column.
    """
    trimmed = pd.DataFrame({column: _mark_missing(raw[column]) for column in raw.columns}, index=raw.index)
    roles = choose_roles(trimmed, rules.roles, table)
    quality.drop(
        "column says nothing (no value, one value for all, addresses) or is set to be ignored",
        [column for column in trimmed if column not in roles],
    )
    cleaners: dict[str, Callable[[pd.Series], pd.Series]] = {
        TEXT: clean_texts,
        CATEGORY: _clean_categories,
        MULTI_CATEGORY: _clean_multi_categories,
        NUMBER: lambda values: _clean_numbers(values, rules, table, quality),
    }
    columns = {column: cleaners[role](trimmed[column]) for column, role in roles.items()}
    for column, role in roles.items():
        if role == TEXT:
            quality.fill(column, "missing text becomes empty", int(trimmed[column].isna().sum()))
    return pd.DataFrame(columns, index=raw.index), roles


def _mark_missing(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return values
    trimmed = values.astype("str").str.strip()
    return trimmed.mask(trimmed.isin(MISSING))


def _clean_categories(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        # A whole number must not turn into "7.0" because another row has none.
        return values.astype("Int64" if _is_whole(values) else "str").astype("str")
    cleaned = clean_texts(values)
    return cleaned.mask(cleaned == "")


def _is_whole(values: pd.Series) -> bool:
    there = values.dropna()
    return bool((there == there.round()).all())


def _clean_multi_categories(values: pd.Series) -> pd.Series:
    text = values.astype("str")
    unique = list(text.dropna().unique())
    splitter = most_likely_splitter(unique)

    def join(cell: str) -> str:
        parts = (clean_text(part) for part in splitter.split(cell))
        return "|".join(dict.fromkeys(part.replace("|", "/") for part in parts if part))

    joined = text.map({cell: join(cell) for cell in unique}).astype("str")
    return joined.mask(joined == "")


def _clean_numbers(values: pd.Series, rules: AttributeRules, table: str, quality: TableQuality) -> pd.Series:
    column = str(values.name)
    numbers = read_numbers(values)
    as_dates = np.isnan(numbers) & values.notna().to_numpy()
    if as_dates.any():
        numbers[as_dates] = 1970 + read_dates(values[as_dates]) / SECONDS_PER_YEAR
    unreadable = np.isnan(numbers) & values.notna().to_numpy()
    if values.notna().any() and np.isnan(numbers).all():
        raise ConfigError(
            f"Parameter preprocessing.column_roles.{table}.{column} is number, but no value is one, "
            f"such as {values.dropna().iloc[0]!r}: give another role."
        )
    quality.coerce(column, "not a number: treated as missing", values[unreadable])
    if column.lower() in rules.limits:
        numbers = set_aside(numbers, rules.limits[column.lower()], column, quality)
    report_outliers(numbers, rules.outlier_fence, column, quality)
    return pd.Series(numbers, index=values.index)


def set_aside(
    numbers: np.ndarray, limits: tuple[float, float], column: str, quality: TableQuality
) -> np.ndarray:
    """Return numbers with NaN for those outside inclusive limits, and note them."""
    impossible = (numbers < limits[0]) | (numbers > limits[1])
    reason = f"impossible (outside {limits[0]:g} to {limits[1]:g}): treated as missing"
    quality.coerce(column, reason, numbers[impossible])
    return np.where(impossible, np.nan, numbers)


def report_outliers(numbers: np.ndarray, fence: float, column: str, quality: TableQuality) -> None:
    """Note numbers further from the quartiles than `fence` times their distance (Tukey 1977)."""
    there = numbers[~np.isnan(numbers)]
    if not len(there):
        return
    low, high = np.quantile(there, [0.25, 0.75])
    reach = fence * (high - low)
    far = there[(there < low - reach) | (there > high + reach)]
    # Where half of the values are equal, every other value would be an outlier.
    if reach > 0:
        quality.notice(column, f"far outside {low:g} to {high:g}, where half of the values are: kept", far)
