"""Read a table of the data contract from a folder of CSV or Parquet files."""

import logging
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from tesserec.errors import DataError
from tesserec.tables.checks import check_columns, check_rows
from tesserec.tables.columns import to_frame
from tesserec.tables.contract import CONTRACTS, Contract
from tesserec.tables.diagnosis import explain_csv
from tesserec.tables.places import LONE_RETURN, BrokenRecord, Place, records

# One field may not be longer than a block.
BLOCK_BYTES = 1 << 24
LONE_RETURN_BYTES = re.compile(LONE_RETURN.pattern.encode())

logger = logging.getLogger(__name__)


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read and check one table of the contract.

    Args:
        folder: The folder of the data set.
        name: A table of `tesserec.tables.contract.CONTRACTS`.

    Returns:
        The table as it is written: ids and text as strings, columns of a CSV file all as strings. An optional
        table that is absent comes back empty, with the columns of the contract.

    Raises:
        DataError: If the folder or a required table is missing, a file cannot be read, or a row breaks the
            contract; the message names the file, the column, the row and the way out.
    """
    contract = CONTRACTS[name]
    path = find_table(folder, contract)
    if path is None:
        return contract.empty()
    if path.suffix == ".csv":
        place = Place(str(path), path)
        table = _read_csv(path, contract, place)
    else:
        place = Place(str(path))
        table = _read_parquet(path)
        check_columns(table.column_names, contract, place)
    frame = to_frame(table, contract, place)
    check_rows(frame, contract, place)
    return frame


def find_table(folder: Path, contract: Contract) -> Path | None:
    """Return the file or folder that holds a table, or None if an optional table is absent.

    Raises:
        DataError: If the folder is missing, a required table is missing, or a table is there twice.
    """
    if not folder.is_dir():
        raise DataError(
            f"The data folder {folder} does not exist: give the folder of your tables with "
            "--params data_dir=PATH."
        )
    places = (folder / f"{contract.name}.csv", folder / f"{contract.name}.parquet", folder / contract.name)
    found = [path for path in places if path.exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DataError(f"{folder} holds the table {contract.name} twice, as {names}: remove one of them.")
    if not found and contract.needed:
        there = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        raise DataError(
            f"The required table {contract.name} is missing: {folder} needs {contract.name}.csv or "
            f"{contract.name}.parquet with the columns {', '.join(contract.required)}; it holds {there}."
        )
    return found[0] if found else None


def _read_csv(path: Path, contract: Contract, place: Place) -> pa.Table:
    columns = _read_header(path)
    check_columns(columns, contract, place)
    try:
        table = _parse(path, columns)
    except pa.ArrowInvalid as error:
        table = _parse_repaired(path, columns, error)
    if _looks_damaged(path):
        raise explain_csv(path)
    return table


def _parse(source: Path | pa.BufferReader, columns: list[str]) -> pa.Table:
    return pyarrow.csv.read_csv(
        source,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            # Without a type, "007" would be read as the number 7.
            column_types={column: pa.string() for column in columns},
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _parse_repaired(path: Path, columns: list[str], error: pa.ArrowInvalid) -> pa.Table:
    """Parse a file again, with carriage returns that end no line as spaces."""
    repaired, returns = LONE_RETURN_BYTES.subn(b" ", path.read_bytes())
    if not returns:
        raise explain_csv(path) from error
    try:
        table = _parse(pa.BufferReader(repaired), columns)
    except pa.ArrowInvalid:
        raise explain_csv(path) from error
    logger.warning("%s: %d carriage returns inside fields are read as spaces", path, returns)
    return table


def _read_header(path: Path) -> list[str]:
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty: it needs a header line and at least one row.")
    try:
        for _, fields in records(path):
            return fields
    except (UnicodeDecodeError, BrokenRecord) as error:
        raise explain_csv(path) from error
    raise DataError(f"{path} holds only blank lines: it needs a header line and at least one row.")


def _looks_damaged(path: Path) -> bool:
    """Tell whether the file holds NUL bytes, or a quote that swallowed the rest of the file."""
    quotes = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            if b"\0" in block:
                return True
            quotes += block.count(b'"')
    return quotes % 2 == 1 and _has_open_quote(path)


def _has_open_quote(path: Path) -> bool:
    # An odd number of quotes is legal: a quote inside an unquoted field (5" pipe) opens nothing.
    try:
        for _ in records(path):
            pass
    except BrokenRecord:
        return True
    return False


def _read_parquet(path: Path) -> pa.Table:
    try:
        return pyarrow.parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path} cannot be read as Parquet ({error}): write the table again, or as CSV."
        ) from error
