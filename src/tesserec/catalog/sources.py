"""A catalog entry for a table of a public data set, converted while it is read."""

from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from tesserec.sources import SOURCES, read_source


class _Conversion:
    """The tables of the source read last that nobody has asked for yet.

    A source gives all its tables from one pass over its files, Kedro asks for them one by one. Each table is
    handed out once and forgotten here, so that a run keeps no second copy of large texts.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._origin: tuple[object, ...] = ()
        self._tables: dict[str, pd.DataFrame] = {}

    def take(self, source: str, folder: Path, table: str) -> pd.DataFrame:
        with self._lock:
            origin = (source, folder, *_fingerprint(folder))
            if origin != self._origin or table not in self._tables:
                self._tables = read_source(source, folder)
                self._origin = origin
            return self._tables.pop(table)


_conversion = _Conversion()


def _fingerprint(folder: Path) -> list[tuple[str, int, int]]:
    files = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return [(str(path), status.st_size, status.st_mtime_ns) for path, status in files]


class SourceTableDataset(AbstractDataset[None, pd.DataFrame]):
    """One table of a public data set, in the form of the data contract, read from the published files.

    Args:
        source: The adapter, a key of `tesserec.sources.SOURCES`.
        path: The published files, or a folder with one unpacked archive in it.
        table: The table, such as `interactions`.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, source: str, path: str, table: str, metadata: dict[str, Any] | None = None) -> None:
        if source not in SOURCES:
            raise DatasetError(f"There is no source {source!r}; there are {', '.join(sorted(SOURCES))}")
        self._source = source
        self._folder = Path(path)
        self._table = table
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Convert the published files, or hand out what the last conversion left over."""
        return _conversion.take(self._source, self._folder, self._table)

    def save(self, data: None) -> None:
        """Refuse: published files stay as they are."""
        raise DatasetError(f"The files in {self._folder} are as published: they are never written")

    def _exists(self) -> bool:
        return self._folder.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"source": self._source, "path": str(self._folder), "table": self._table}
