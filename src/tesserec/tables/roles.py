"""Decide what the further columns of items and users are: text, category, multi_category or number.

The rules look at the distinct values that are there, in this order; the first that fits decides.

1. Nothing there, or the same value in every row: the column is left out.
2. Nine in ten values are addresses of pages or pictures: left out, they say nothing about taste.
3. Nine in ten are lists or dictionaries in Python or JSON notation: `multi_category`.
4. 95 % are numbers, with at most one unit ("104 minutes", "$9.50"), or ISO dates: `number`, dates as years
   with a fraction. But numbers that only name something are a `category`: the column is called an id, a code
   or a postcode, values have leading zeros, or they are 2 to 30 whole numbers that count up from 0 or 1
   without a gap, each used three times or more on average.
5. "|" in one of a hundred values separates short labels: `multi_category`. "、", ";", "/" and "," must be
   more frequent, and the labels must come back in other values ("剧情/悬疑", but not "Smith, Inc.").
   Paths such as "Beauty > Makeup > Nails" are one category each.
6. Six words or more on average and mostly distinct, or twenty words on average: `text`. Two Chinese
   characters count as a word.
7. Everything else: `category`.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.tables.numbers import read_numbers
from tesserec.tables.splitters import are_addresses, find_splitter
from tesserec.tables.timestamps import read_dates

TEXT, CATEGORY, MULTI_CATEGORY, NUMBER = "text", "category", "multi_category", "number"
ROLES = (TEXT, CATEGORY, MULTI_CATEGORY, NUMBER)
# Only as an override: the column is not used at all.
IGNORE = "ignore"

SAMPLE = 20_000
NUMBER_SHARE = 0.95
MOST_CODES = 30
USES_OF_A_CODE = 3
NAMES_A_THING = re.compile(
    r"(?:^|[_\s-])(?:ids?|codes?|zip|postcode|postal|phone|isbn|ean|upc|sku|asin)$|(?:^|[a-z_])zip_?code$",
    re.IGNORECASE,
)
LONG_WORDS, LONGEST_LABEL = 6, 20
DISTINCT_SHARE = 0.5
CHINESE = re.compile(r"[\u3400-\u9fff]")


def detect_role(name: str, values: pd.Series) -> str | None:
    """Detect the role of one column by the rules of this module.

    Args:
        name: The column's name.
        values: (rows,) strings or numbers, NaN where missing.

    Returns:
        A role, or None for a column that says nothing.
    """
    there = values.dropna()
    counts = there.value_counts(sort=False)
    if counts.empty or (len(counts) == 1 and len(there) == len(values)):
        return None
    counts = counts.iloc[:: -(-len(counts) // SAMPLE)]
    if pd.api.types.is_numeric_dtype(values):
        return CATEGORY if _are_codes(name, counts) else NUMBER
    cells = [str(cell) for cell in counts.index]
    if are_addresses(cells):
        return None
    if _are_numbers(counts):
        return CATEGORY if _are_codes(name, counts) else NUMBER
    if find_splitter(cells):
        return MULTI_CATEGORY
    return TEXT if _are_texts(cells, distinct=len(cells) / counts.sum()) else CATEGORY


def choose_roles(frame: pd.DataFrame, overrides: Mapping[str, str], table: str) -> dict[str, str]:
    """Choose the role of every column: what the parameters say, else what the data shows.

    Args:
        frame: The attribute columns of a table, missing values as NaN.
        overrides: Role by column.
        table: `items` or `users`, for messages.

    Returns:
        Role by column, without the columns that say nothing.

    Raises:
        ConfigError: If an override names an unknown column or role.
    """
    for column, role in overrides.items():
        if column not in frame:
            raise ConfigError(
                f"Parameter preprocessing.column_roles.{table} names the column {column}, but {table} has "
                f"{', '.join(frame.columns) or 'no further columns'}{_suggest(column, list(frame.columns))}"
            )
        if role not in (*ROLES, IGNORE):
            raise ConfigError(
                f"Parameter preprocessing.column_roles.{table}.{column} is {role!r}: "
                f"give one of {', '.join((*ROLES, IGNORE))}."
            )
    roles = {column: overrides.get(column) or detect_role(column, frame[column]) for column in frame}
    return {column: role for column, role in roles.items() if role and role != IGNORE}


def _suggest(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else "; correct or remove it."


def _are_numbers(counts: pd.Series) -> bool:
    cells = pd.Series(counts.index)
    numeric = ~np.isnan(read_numbers(cells)) | ~np.isnan(read_dates(cells))
    return bool(numeric.mean() >= NUMBER_SHARE)


def _are_codes(name: str, counts: pd.Series) -> bool:
    cells = pd.Series(counts.index)
    if NAMES_A_THING.search(name) or cells.astype("str").str.match(r"0\d").any():
        return True
    numbers = np.unique(read_numbers(cells))
    numbers = numbers[~np.isnan(numbers)]
    counts_up = len(numbers) > 1 and numbers[0] in (0, 1) and bool(np.all(np.diff(numbers) == 1))
    return counts_up and len(numbers) <= MOST_CODES and bool(counts.mean() >= USES_OF_A_CODE)


def _are_texts(cells: Sequence[str], distinct: float) -> bool:
    words = np.mean([_count_words(cell) for cell in cells])
    return bool(words >= LONGEST_LABEL or (words >= LONG_WORDS and distinct >= DISTINCT_SHARE))


def _count_words(text: str) -> float:
    chinese = len(CHINESE.findall(text))
    return chinese / 2 + len(CHINESE.sub(" ", text).split())
