"""Turn Arrow columns into pandas columns without changing what an id looks like."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tesserec.errors import DataError
from tesserec.tables.contract import Contract
from tesserec.tables.places import Place

# The columns of the contract that may be numbers.
MEASURES = ("value", "timestamp")


def to_frame(table: pa.Table, contract: Contract, place: Place) -> pd.DataFrame:
    """Convert an Arrow table to pandas.

    Ids become strings (the integer 7 becomes "7", also where missing ids made a column floating), dates
    become ISO strings, lists become values joined by "|", numbers stay numbers.

    Raises:
        DataError: If an id column holds fractions.
    """
    ids = contract.ids + contract.optional_ids
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = _as_ids(column, name, place) if name in ids else _as_values(column)
        is_text = name in contract.columns and name not in MEASURES
        columns[name] = values.cast(pa.string()) if is_text else values
    return pa.table(columns).to_pandas()


def _as_ids(column: pa.ChunkedArray, name: str, place: Place) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
        has_fraction = pc.fill_null(pc.not_equal(pc.floor(column), column), False)
        fractions = np.flatnonzero(has_fraction.to_numpy())
        if len(fractions):
            raise DataError(
                f"{place.name}: column {name} holds numbers with a fraction, such as "
                f"{column[int(fractions[0])].as_py()} in {place.rows(fractions)}, "
                "where ids belong: write the ids as strings."
            )
        column = column.cast(pa.int64())
    return column.cast(pa.string())


def _as_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_values(column.cast(kind.value_type))
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _strings(None if row is None else "|".join(map(_as_part, row)) for row in column.to_pylist())
    if pa.types.is_nested(kind):
        return _strings(None if row is None else str(row) for row in column.to_pylist())
    return column.cast(pa.string())


def _as_part(value: object) -> str:
    # "|" separates the parts, so it cannot stand inside one.
    return str(value).replace("|", "/")


def _strings(values: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, type=pa.string())])
