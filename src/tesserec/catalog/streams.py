"""A catalog entry for a table that arrives in chunks and never has to fit into memory."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from kedro.io import AbstractDataset, DatasetError

from tesserec.catalog.tables import TableDataset

Content = TypeVar("Content")


@dataclass(frozen=True)
class Chunk(Generic[Content]):
    """A part of something that arrives in parts, and where it belongs.

    Attributes:
        content: The part, such as some rows of a table.
        number: Number of the chunk, from 0.
        total: Number of chunks of the whole.
    """

    content: Content
    number: int
    total: int


class StreamedTableDataset(AbstractDataset[Chunk[pd.DataFrame], pd.DataFrame]):
    """A CSV or Parquet file that is written chunk by chunk, and appears when the last chunk is written.

    A generator node yields `Chunk`s in order; Kedro saves each as it comes. They are appended to a file
    beside the final place, so a killed run leaves the previous table untouched. Text is UTF-8, lines end in
    a line feed everywhere, so that the same table gives the same bytes.

    Args:
        filepath: The file; its suffix, `.csv` or `.parquet`, decides the format.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._finished = TableDataset(filepath=filepath)
        self._filepath = Path(filepath)
        self._scratch = self._filepath.with_name(f".{self._filepath.name}.partial")
        self._writer: _CsvWriter | _ParquetWriter | None = None
        self._written = 0
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the whole table."""
        return self._finished.load()

    def save(self, data: Chunk[pd.DataFrame]) -> None:
        """Append a chunk; the last one moves the file to its place."""
        if data.number == 0:
            self._start(data.content)
        if self._writer is None or data.number != self._written:
            raise DatasetError(
                f"{self._filepath}: chunk {data.number} came where chunk {self._written} was due"
            )
        self._writer.write(data.content)
        self._written += 1
        if self._written == data.total:
            self._stop()
            os.replace(self._scratch, self._filepath)

    def _start(self, table: pd.DataFrame) -> None:
        self._stop()
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        kind = _ParquetWriter if self._filepath.suffix == ".parquet" else _CsvWriter
        self._writer = kind(self._scratch, table)

    def _stop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        self._written = 0

    def _release(self) -> None:
        self._stop()

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class _CsvWriter:
    def __init__(self, path: Path, first: pd.DataFrame) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        first.head(0).to_csv(self._file, index=False, lineterminator="\n")

    def write(self, table: pd.DataFrame) -> None:
        table.to_csv(self._file, index=False, header=False, lineterminator="\n")

    def close(self) -> None:
        self._file.close()


class _ParquetWriter:
    def __init__(self, path: Path, first: pd.DataFrame) -> None:
        # The first chunk decides the types: a later chunk whose column happens to be empty must fit them.
        self._schema = pa.Schema.from_pandas(first, preserve_index=False)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, table: pd.DataFrame) -> None:
        self._writer.write_table(pa.Table.from_pandas(table, schema=self._schema, preserve_index=False))

    def close(self) -> None:
        self._writer.close()
