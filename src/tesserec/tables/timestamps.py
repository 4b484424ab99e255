"""Read times: any number that can be ordered, or ISO dates, never both in one column."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.numbers import read_plain_numbers
from tesserec.tables.places import Place

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
# Times that end between these years are seconds since 1970; others only order.
_SECONDS_OF_1973, _SECONDS_OF_2200 = 1e8, 7.3e9


@dataclass(frozen=True)
class Timestamps:
    """Times of a column.

    Args:
        seconds: (rows,) float64; the number as written, or seconds since 1970 of an ISO date (UTC where it
            names no zone); NaN where there is none.
        unreadable: (rows,) bool; where something stands that is neither.
        dates: Whether the column holds ISO dates.
    """

    seconds: np.ndarray
    unreadable: np.ndarray
    dates: bool


def read_timestamps(values: pd.Series, place: Place) -> Timestamps:
    """Read a column of times.

    Args:
        values: (rows,) numbers or strings.
        place: The table, for messages.

    Raises:
        DataError: If the column mixes numbers and ISO dates, or holds nothing that can be read.
    """
    codes, unique = pd.factorize(values)
    numbers = read_plain_numbers(pd.Series(unique))
    dates = np.isnan(numbers)
    seconds = np.append(numbers, np.nan)
    seconds[:-1][dates] = read_dates(pd.Series(unique[dates]))
    is_date, is_number = dates & ~np.isnan(seconds[:-1]), ~dates
    if is_date.any() and is_number.any():
        raise _mixed(values, np.append(is_date, False)[codes], np.append(is_number, False)[codes], place)
    unreadable = np.append(np.isnan(seconds[:-1]), False)[codes]
    if unreadable.any() and np.isnan(seconds).all():
        first = int(np.argmax(unreadable))
        raise DataError(
            f"{place.name}: column timestamp holds {values.iloc[first]!r} in {place.rows([first])}, which is "
            "neither a number nor an ISO date: write seconds since 1970, or dates such as 2024-03-31 or "
            "2024-03-31T12:30:00Z."
        )
    return Timestamps(seconds[codes], unreadable, bool(is_date.any()))


def read_dates(values: pd.Series) -> np.ndarray:
    """Return seconds since 1970 of ISO dates, and NaN for anything else."""
    text = values.astype("str").str.strip()
    dates = pd.to_datetime(text.where(text.str.match(ISO_DATE)), format="ISO8601", utc=True, errors="coerce")
    # Written as a date, the epoch has no nanoseconds, with which years after 2262 would not fit.
    return (dates - pd.Timestamp("1970-01-01", tz="UTC")).dt.total_seconds().to_numpy(np.float64)


def are_dates(first: float, last: float) -> bool:
    """Tell from the first and the last time of a log whether its times are seconds since 1970."""
    return first >= 0 and _SECONDS_OF_1973 < last < _SECONDS_OF_2200


def period_of(timestamps: pd.Series) -> tuple[str, str] | None:
    """Return the first and the last time: days where they are dates, else the numbers; None if none is known.

    Args:
        timestamps: Seconds since 1970, or any numbers that order; NaN if unknown.
    """
    first, last = float(timestamps.min()), float(timestamps.max())
    if np.isnan(first):
        return None
    if are_dates(first, last):
        days = pd.to_datetime([first, last], unit="s").strftime("%Y-%m-%d")
        return days[0], days[1]
    return f"{first:g}", f"{last:g}"


def _mixed(values: pd.Series, is_date: np.ndarray, is_number: np.ndarray, place: Place) -> DataError:
    rare = is_date if is_date.sum() < is_number.sum() else is_number
    usual = is_number if rare is is_date else is_date
    row, other = int(np.argmax(rare)), int(np.argmax(usual))
    return DataError(
        f"{place.name}: column timestamp mixes numbers and dates: {values.iloc[row]!r} in "
        f"{place.rows([row])}, {values.iloc[other]!r} in {place.rows([other])}; "
        "write all of them in one form."
    )
