"""Read numbers from the forms that people write them in."""

import re
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa

MEASURE = re.compile(
    r"([^\w\s.,+-]{0,2})\s*"  # a currency sign
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"\s*(\D{0,12})"  # a unit
)


def read_plain_numbers(values: pd.Series) -> np.ndarray:
    """Return finite numbers of a column of numbers or strings, NaN for everything else."""
    try:
        numbers = pa.array(values, from_pandas=True).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        # Slower, but goes past what is not a number.
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def read_numbers(values: pd.Series) -> np.ndarray:
    """Return numbers, also those written with thousands separators or with one unit or currency.

    "104 minutes" or "$1,299.00" are numbers where the column keeps to one unit: values in another unit than
    the most frequent one are NaN, because adding minutes to hours would be wrong silently.
    """
    plain = read_plain_numbers(values)
    rest = np.flatnonzero(np.isnan(plain) & values.notna().to_numpy())
    measures = {
        row: match.groups() for row in rest if (match := MEASURE.fullmatch(str(values.iloc[row]).strip()))
    }
    units = Counter((before, after.strip().lower()) for before, number, after in measures.values() if number)
    if not units:
        return plain
    unit = units.most_common(1)[0][0]
    numbers = plain.copy()
    for row, (before, number, after) in measures.items():
        if number and (before, after.strip().lower()) == unit:
            numbers[row] = _to_float(number)
    return numbers


def _to_float(number: str) -> float:
    try:
        return float(number.replace(",", ""))
    except ValueError:
        return np.nan
