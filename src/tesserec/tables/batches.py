"""A table read in pieces, so that it need not fit into memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.dataset


class TableBatches:
    """A table in one Parquet file, or in the Parquet files of a folder in the order of their names.

    Args:
        data: The table as pyarrow sees it.
    """

    def __init__(self, data: pyarrow.dataset.Dataset) -> None:
        self._data = data

    @classmethod
    def in_files(cls, path: Path) -> Self:
        """Open a file or a folder of files."""
        paths = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        return cls(pyarrow.dataset.dataset([str(part) for part in paths], format="parquet"))

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """Take a table that is in memory already."""
        return cls(pyarrow.dataset.dataset(pa.Table.from_pandas(table, preserve_index=False)))

    def __len__(self) -> int:
        return self._data.count_rows()

    def batches(self, columns: Sequence[str], rows: int) -> Iterator[pd.DataFrame]:
        """Yield the columns in pieces of `rows` rows; the last one may be shorter, and is there always."""
        schema = pa.schema([self._data.schema.field(name) for name in columns])
        pending: list[pa.RecordBatch] = []
        count = 0
        for batch in self._data.to_batches(
            columns=list(columns), batch_size=rows, batch_readahead=1, fragment_readahead=1
        ):
            pending.append(batch)
            count += batch.num_rows
            if count > rows:
                table = pa.Table.from_batches(pending, schema)
                yield table.slice(0, rows).to_pandas()
                pending, count = table.slice(rows).to_batches(), count - rows
        yield pa.Table.from_batches(pending, schema).to_pandas()
