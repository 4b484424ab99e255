"""Vectors keyed by id, as they are or compressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from tesserec.encoders.compression import Compression
from tesserec.encoders.stacked import StackedRows
from tesserec.encoders.texts import unit_length

PART_ROWS = 65_536  # 100 MB of 384 dimensions


@dataclass(frozen=True)
class Embeddings:
    """One vector per id; a text that says nothing has a zero vector.

    Args:
        ids: Distinct ids, str, (n,).
        codes: The vectors, float32, (n, d), or what `compression` made of them.
        compression: How they are compressed; None: they are not.

    Raises:
        ValueError: If ids repeat or do not match the rows.
    """

    ids: np.ndarray
    codes: np.ndarray | StackedRows
    compression: Compression | None = None

    def __post_init__(self) -> None:
        if self.codes.shape[:-1] != (len(self.ids),):
            raise ValueError(f"{len(self.ids)} ids do not fit vectors of shape {self.codes.shape}")
        if not self._index.is_unique:
            raise ValueError(f"the id {self._index[self._index.duplicated()][0]!r} has more than one vector")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        return self.compression.size if self.compression else self.codes.shape[1]

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.ids, dtype=object)

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Return the vectors of `ids` in their order, zeros where an id is unknown: float32, (ids, d)."""
        wanted = pd.Index(np.asarray(list(ids), dtype=object))
        positions = self._index.get_indexer(wanted)
        found = np.zeros((len(wanted), self.size), dtype=np.float32)
        known = positions >= 0
        codes = self.codes[positions[known]]
        found[known] = self.compression.decompress(codes) if self.compression else codes
        return found

    def nearest(self, of: str, count: int) -> pd.Series:
        """Return the ids whose vectors point most nearly the same way as that of one id, itself left out.

        All vectors are in memory at once, as they are without compression.

        Args:
            of: The id.
            count: Ids returned, or as many as there are.

        Returns:
            `cosine` by id, the largest first; 0 for a vector of zeros.

        Raises:
            ValueError: If the id has no vector.
        """
        if of not in self._index:
            raise ValueError(f"the id {of!r} has no vector")
        vectors = unit_length(self.rows(self.ids))
        cosines = pd.Series(vectors @ vectors[self._index.get_loc(of)], self._index, name="cosine")
        return cosines.drop(of).sort_values(ascending=False, kind="stable").head(count)


def joined(parts: Sequence[Embeddings]) -> Embeddings:
    """Return embeddings of one compression as one, in memory."""
    codes = [part.codes[np.arange(len(part))] for part in parts]
    return Embeddings(
        np.concatenate([part.ids for part in parts]), np.concatenate(codes), parts[0].compression
    )


def write_part(part: Embeddings, path: Path) -> None:
    """Write embeddings to an Arrow IPC file with the columns `id` and `vector`, which holds the codes.

    `pandas.read_feather` reads it; here it is mapped into memory.
    """
    codes = part.codes[np.arange(len(part))]
    columns = {
        "id": pa.array(part.ids, pa.large_string()),
        "vector": pa.FixedSizeListArray.from_arrays(codes.ravel(), codes.shape[1]),
    }
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read_parts(paths: Sequence[Path], compression: Compression | None = None) -> Embeddings:
    """Map the parts of embeddings into memory: their ids are read, their vectors when they are asked for.

    Args:
        paths: At least one file that `write_part` wrote.
        compression: What made their codes.
    """
    ids, codes = [], []
    for path in paths:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        ids.append(table["id"].to_numpy())
        column = table["vector"].combine_chunks()
        codes.append(column.flatten().to_numpy().reshape(len(column), column.type.list_size))
    return Embeddings(
        np.concatenate(ids),
        StackedRows([len(part) for part in codes], codes.__getitem__, codes[0]),
        compression,
    )
