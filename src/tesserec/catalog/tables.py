"""Catalog entries for tables: those of the data contract, and the project's own."""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from kedro.io import AbstractDataset, DatasetError
from kedro_datasets._typing import TablePreview

from tesserec.tables.contract import CONTRACTS
from tesserec.tables.reading import find_table, read_table

LONGEST_CELL = 80


class ContractTableDataset(AbstractDataset[None, pd.DataFrame]):
    """One of the eight tables of the data contract, read from the user's folder and never written.

    Args:
        path: The folder of the data set.
        table: The table, such as `interactions`.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, path: str, table: str, metadata: dict[str, Any] | None = None) -> None:
        if table not in CONTRACTS:
            raise DatasetError(f"The data contract has no table {table!r}; it has {', '.join(CONTRACTS)}")
        self._folder = Path(path)
        self._table = table
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read and check the table; see `tesserec.tables.reading.read_table`."""
        return read_table(self._folder, self._table)

    def save(self, data: None) -> None:
        """Refuse to write."""
        raise DatasetError(f"The tables in {self._folder} are the user's: they are never written")

    def _exists(self) -> bool:
        return self._folder.is_dir() and find_table(self._folder, CONTRACTS[self._table]) is not None

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._folder), "table": self._table}


class TableDataset(AbstractDataset[pd.DataFrame, pd.DataFrame]):
    """A table in one CSV or Parquet file, written whole or not at all.

    Parquet keeps the types of columns. CSV is for tables that people open: columns named `*_id` stay strings.

    Args:
        filepath: The file; its suffix, `.csv` or `.parquet`, decides the format.
        optional: Whether the table is empty, without columns, as long as no pipeline has written it.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(
        self, *, filepath: str, optional: bool = False, metadata: dict[str, Any] | None = None
    ) -> None:
        self._filepath = Path(filepath)
        self._optional = optional
        if self._filepath.suffix not in {".csv", ".parquet"}:
            raise DatasetError(f"{filepath} must end in .csv or .parquet")
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the table."""
        if not self._exists() and self._optional:
            return pd.DataFrame()
        self._check_written()
        if self._filepath.suffix == ".parquet":
            return pd.read_parquet(self._filepath)
        return pd.read_csv(self._filepath, dtype=self._id_types())

    def preview(self, nrows: int = 30) -> TablePreview:
        """Return the first rows for Kedro-Viz, without reading the others.

        Args:
            nrows: How many rows.

        Returns:
            `index`, `columns` and `data`, as JSON can hold them; what is longer than a cell is cut.
        """
        self._check_written()
        if self._filepath.suffix == ".parquet":
            file = pq.ParquetFile(self._filepath)
            table = next(file.iter_batches(nrows), file.schema_arrow.empty_table()).to_pandas()
        else:
            table = pd.read_csv(self._filepath, dtype=self._id_types(), nrows=nrows)
        plain = json.loads(table.to_json(orient="split", date_format="iso", double_precision=4))
        return TablePreview({**plain, "data": [[_cut(cell) for cell in row] for row in plain["data"]]})

    def save(self, data: pd.DataFrame) -> None:
        """Write the table beside its place and move it there."""
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._filepath.with_name(f".{self._filepath.name}-{os.getpid()}")
        try:
            if self._filepath.suffix == ".parquet":
                data.to_parquet(scratch, index=False)
            else:
                data.to_csv(scratch, index=False)
            os.replace(scratch, self._filepath)
        finally:
            scratch.unlink(missing_ok=True)

    def _check_written(self) -> None:
        if not self._exists():
            raise DatasetError(f"{self._filepath} does not exist: run the pipeline that writes it first")

    def _id_types(self) -> dict[str, str]:
        header = pd.read_csv(self._filepath, nrows=0).columns
        return {column: "str" for column in header if column.endswith("_id")}

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


def _cut(cell: Any) -> Any:
    """Return numbers as they are, and the beginning of text and lists."""
    text = ", ".join(map(str, cell)) if isinstance(cell, list) else cell
    return f"{text[:LONGEST_CELL]}…" if isinstance(text, str) and len(text) > LONGEST_CELL else text
