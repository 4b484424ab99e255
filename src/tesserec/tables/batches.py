"""A table read in pieces, so that it need not fit into memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tesserec.errors import DataError


@dataclass(frozen=True)
class _Part:
    """One file of a table: its name, its rows and columns, and how its rows are read."""

    name: str
    rows: int
    columns: Sequence[str]
    read: Callable[[Sequence[str], int], Iterator[pa.RecordBatch]]


class TableBatches:
    """Columns of strings of a table in one Parquet file, or in the Parquet files of a folder, by their names.

    Args:
        parts: The files.
    """

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._parts = parts

    @classmethod
    def in_files(cls, path: Path) -> Self:
        """Open a file or a folder of files; what begins with a dot or an underscore is passed over.

        Raises:
            DataError: If there is no file, or one is no Parquet file.
        """
        paths = [path]
        if path.is_dir():
            found = sorted(path.rglob("*.parquet"))
            paths = [one for one in found if not any(n[0] in "._" for n in one.relative_to(path).parts)]
        if not paths:
            raise DataError(f"{path} holds no Parquet file: put the texts there, or name another folder")
        return cls([_open(part) for part in paths])

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """Take a table that is in memory already."""
        whole = pa.Table.from_pandas(table, preserve_index=False)
        return cls([
            _Part(
                "the table",
                len(table),
                whole.column_names,
                lambda columns, rows: iter(whole.select(columns).to_batches(rows)),
            )
        ])  # fmt: skip

    def __len__(self) -> int:
        return sum(part.rows for part in self._parts)

    def batches(self, columns: Sequence[str], rows: int) -> Iterator[pd.DataFrame]:
        """Yield the columns in pieces of `rows` rows; the last one may be shorter, and is there always.

        What is missing is empty, except in columns named `*_id`.

        Raises:
            DataError: If a file lacks a column, or a row its id.
        """
        schema = pa.schema([(name, pa.large_string()) for name in columns])
        pending: list[pa.RecordBatch] = []
        count = 0
        for batch in self._read(columns, rows, schema):
            pending.append(batch)
            count += batch.num_rows
            if count > rows:
                table = pa.Table.from_batches(pending, schema)
                yield table.slice(0, rows).to_pandas()
                pending, count = table.slice(rows).to_batches(), count - rows
        yield pa.Table.from_batches(pending, schema).to_pandas()

    def _read(self, columns: Sequence[str], rows: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for part in self._parts:
            for name in columns:
                if name not in part.columns:
                    raise DataError(
                        f"{part.name} has no column {name!r}, only {', '.join(part.columns)}: rename one, or "
                        "write the file anew"
                    )
            before = 0
            for batch in part.read(columns, rows):
                yield pa.record_batch([_strings(batch, name, part.name, before) for name in columns], schema)
                before += batch.num_rows


def _open(path: Path) -> _Part:
    try:
        with pq.ParquetFile(path) as file:
            found = file.metadata.num_rows, file.schema_arrow.names
    except (OSError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path} is no Parquet file ({reason}): remove it, or write it anew") from error

    def read(columns: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(rows, columns=list(columns))

    return _Part(str(path), *found, read)


def _strings(batch: pa.RecordBatch, name: str, file: str, before: int) -> pa.Array:
    values = batch.column(name)
    if values.null_count and name.endswith("_id"):
        row = before + values.is_null().index(True).as_py() + 1
        raise DataError(f"{file}, row {row}: {name} is missing: fill it in, or leave the row out")
    return pc.fill_null(pc.cast(values, pa.large_string()), "")
