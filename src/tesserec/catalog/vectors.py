"""Catalog entries of token encoding: texts in batches, the store of vectors, embeddings in parts."""

import os
import shutil
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset, DatasetError

from tesserec.catalog.streams import Chunk
from tesserec.encoders.compression import Compression
from tesserec.encoders.embeddings import Embeddings, read_parts, write_part
from tesserec.encoders.store import StoredChunk, VectorStore
from tesserec.state import load_state, save_state
from tesserec.tables.batches import TableBatches


class TableBatchesDataset(AbstractDataset[None, TableBatches]):
    """A Parquet file, or a folder of them, that is read in batches and written by another entry.

    Args:
        filepath: The file or the folder.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> TableBatches:
        """Open the table; rows are read when they are asked for."""
        if not self._exists():
            raise DatasetError(f"{self._filepath} does not exist: run the pipeline that writes it first")
        return TableBatches.in_files(self._filepath)

    def save(self, data: None) -> None:
        """Refuse to write."""
        raise DatasetError(f"{self._filepath} is written as one table, not in batches")

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class VectorStoreDataset(AbstractDataset[StoredChunk, VectorStore]):
    """The store of vectors; a generator node yields chunks, and each is on disk before the next is made.

    An empty store needs no folder.

    Args:
        filepath: The folder.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> VectorStore:
        """Open the store."""
        return VectorStore(self._filepath)

    def save(self, data: StoredChunk) -> None:
        """Append a chunk."""
        VectorStore(self._filepath).append(data)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class EmbeddingsDataset(AbstractDataset[Chunk[Embeddings], Embeddings]):
    """Embeddings in Arrow files of a folder, which appears when the last part is written.

    A generator node yields the parts in order. They are written beside the final place, so a killed run
    leaves the previous embeddings untouched.

    Args:
        filepath: The folder.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self._scratch = self._filepath.with_name(f".{self._filepath.name}.partial")
        self.metadata = metadata

    def load(self) -> Embeddings:
        """Map the parts into memory."""
        paths = sorted(self._filepath.glob("*.arrow"))
        if not paths:
            raise DatasetError(f"{self._filepath} does not exist: run the pipeline that writes it first")
        compression = self._filepath / "compression"
        return read_parts(paths, load_state(Compression, compression) if compression.exists() else None)

    def save(self, data: Chunk[Embeddings]) -> None:
        """Write a part; the last one moves the folder to its place."""
        if data.number == 0:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch.mkdir(parents=True)
            if data.content.compression is not None:
                save_state(data.content.compression, self._scratch / "compression")
        write_part(data.content, self._scratch / f"part-{data.number:05d}.arrow")
        if data.number + 1 == data.total:
            shutil.rmtree(self._filepath, ignore_errors=True)
            os.replace(self._scratch, self._filepath)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
