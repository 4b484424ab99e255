"""Vectors keyed by id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from tesserec.encoders.stacked import StackedRows

PART_ROWS = 65_536  # 100 MB of 384 dimensions


@dataclass(frozen=True)
class Embeddings:
    """One vector per id; a text that says nothing has a zero vector.

    Args:
        ids: Distinct ids, str, (n,).
        vectors: float32 or float16, (n, d); each row of length one or zero unless the model's are of others.

    Raises:
        ValueError: If ids repeat or do not match the rows.
    """

    ids: np.ndarray
    vectors: np.ndarray | StackedRows

    def __post_init__(self) -> None:
        if self.vectors.shape[:-1] != (len(self.ids),):
            raise ValueError(f"{len(self.ids)} ids do not fit vectors of shape {self.vectors.shape}")
        if not self._index.is_unique:
            raise ValueError(f"the id {self._index[self._index.duplicated()][0]!r} has more than one vector")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        return self.vectors.shape[1]

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.ids, dtype=object)

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Return the vectors of `ids` in their order, zeros where an id is unknown: float32, (ids, d)."""
        wanted = pd.Index(np.asarray(list(ids), dtype=object))
        positions = self._index.get_indexer(wanted)
        found = np.zeros((len(wanted), self.size), dtype=np.float32)
        known = positions >= 0
        found[known] = self.vectors[positions[known]]
        return found


def write_part(part: Embeddings, path: Path) -> None:
    """Write embeddings to an Arrow IPC file with the columns `id` and `vector`, uncompressed.

    pandas (`read_feather`), Polars, DuckDB and Ray read it; here it is mapped into memory.
    """
    vectors = np.ascontiguousarray(part.rows(part.ids))
    columns = {
        "id": pa.array(part.ids, pa.large_string()),
        "vector": pa.FixedSizeListArray.from_arrays(vectors.ravel(), part.size),
    }
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read_parts(paths: Sequence[Path]) -> Embeddings:
    """Map the parts of embeddings into memory: their ids are read, their vectors when they are asked for.

    Args:
        paths: At least one file that `write_part` wrote.
    """
    ids, vectors = [], []
    for path in paths:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        ids.append(table["id"].to_numpy())
        column = table["vector"].combine_chunks()
        vectors.append(column.flatten().to_numpy().reshape(len(column), column.type.list_size))
    return Embeddings(np.concatenate(ids), StackedRows(vectors, vectors[0]))
