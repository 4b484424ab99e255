"""Check a raw table against the data contract."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.contract import Contract
from tesserec.tables.places import Place
from tesserec.tables.timestamps import read_timestamps

# What programs write for a missing id. "NA" is not here: it is a country, and ids are kept as written.
MISSING_IDS = ("", "nan", "NaN", "null", "NULL", "None", "<NA>")
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "::": "double colons"}


def check_columns(columns: Sequence[str], contract: Contract, place: Place) -> None:
    """Check the header of a table.

    Raises:
        DataError: If a column is there twice, has no name, or a required one is missing.
    """
    for position, column in enumerate(columns):
        if not column.strip():
            raise DataError(
                f"{place.name}: column {position + 1} of the header has no name; name or remove it."
            )
        if column in columns[:position]:
            raise DataError(
                f"{place.name}: the header names the column {column} twice; rename or remove one."
            )
    for column in contract.required:
        if column not in columns:
            raise DataError(
                f"{place.name}: the required column {column} is missing from the header, which has "
                f"{', '.join(columns)}; {_remedy(column, columns)}"
            )


def _remedy(column: str, columns: Sequence[str]) -> str:
    if len(columns) == 1:
        for separator, name in OTHER_SEPARATORS.items():
            if separator in columns[0]:
                return f"the file is separated by {name}: write it with commas."
    plain = {other.strip().lower().replace(" ", "_"): other for other in columns}
    close = get_close_matches(column, plain, n=1)
    return (
        f"rename {plain[close[0]]!r} to {column}." if close else "add it or rename the column that holds it."
    )


def check_rows(frame: pd.DataFrame, contract: Contract, place: Place) -> None:
    """Check the rows of a table whose columns are right.

    Raises:
        DataError: If there is no row, an id is missing, an id that must be unique comes twice, or the
            timestamps mix numbers with dates.
    """
    if frame.empty:
        raise DataError(f"{place.name} has a header but no rows: add rows" + _or_remove(contract))
    for column in contract.ids:
        _check_present(frame[column], column, place)
    if contract.unique:
        _check_unique(frame[contract.unique], contract.unique, place)
    if "text" in contract.required and frame["text"].isna().all():
        raise DataError(
            f"{place.name} has no usable row: the column text is empty in all of them; add texts or remove "
            "the file."
        )
    if "timestamp" in contract.columns and "timestamp" in frame:
        read_timestamps(frame["timestamp"], place)


def _or_remove(contract: Contract) -> str:
    return "." if contract.needed else ", or remove the file, which is optional."


def _check_present(ids: pd.Series, column: str, place: Place) -> None:
    codes, unique = pd.factorize(ids)
    missing = np.array([str(value).strip() in MISSING_IDS for value in unique], dtype=bool)
    # factorize gives missing values the code -1, which picks the True appended at the end.
    rows = np.flatnonzero(np.append(missing, True)[codes])
    if len(rows):
        raise DataError(
            f"{place.name}: column {column} has no id in {len(rows)} of {len(ids)} rows ({place.rows(rows)})"
            "; fill in the ids or remove the rows."
        )


def _check_unique(ids: pd.Series, column: str, place: Place) -> None:
    repeated = np.flatnonzero(ids.duplicated())
    if len(repeated):
        value = ids.iloc[repeated[0]]
        rows = np.flatnonzero(ids == value)
        others = "" if len(repeated) == 1 else f" ({len(repeated)} rows repeat an id in all)"
        raise DataError(
            f"{place.name}: column {column} holds the id {value!r} more than once, in {place.rows(rows)}"
            f"{others}; keep one row per id."
        )
