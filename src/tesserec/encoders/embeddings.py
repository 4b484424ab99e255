"""Vectors keyed by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd

from tesserec.state import Arrays, Config


@dataclass(frozen=True)
class Embeddings:
    """One vector per id; a text that says nothing has a zero vector.

    Args:
        ids: Distinct ids, str, (n,).
        vectors: float32, (n, d), each row of length one or zero.

    Raises:
        ValueError: If ids repeat or do not match the rows.
    """

    ids: np.ndarray
    vectors: np.ndarray

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
        """Return the vectors of `ids` in their order, zeros where an id is unknown: (len(ids), d)."""
        wanted = pd.Index(np.asarray(list(ids), dtype=object))
        positions = self._index.get_indexer(wanted)
        found = np.zeros((len(wanted), self.size), dtype=np.float32)
        known = positions >= 0
        found[known] = self.vectors[positions[known]]
        return found

    def state(self) -> tuple[Arrays, Config]:
        """Return ids (as UTF-8 bytes and their lengths) and vectors, as `tesserec.state` asks for them."""
        encoded = [str(name).encode() for name in self.ids]
        arrays = {
            "vectors": self.vectors,
            "id_bytes": np.frombuffer(b"".join(encoded), dtype=np.uint8),
            "id_lengths": np.array([len(name) for name in encoded], dtype=np.int64),
        }
        return arrays, {}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the embeddings that `state` described."""
        text = arrays["id_bytes"].tobytes()
        ends = np.cumsum(arrays["id_lengths"])
        starts = ends - arrays["id_lengths"]
        names = [text[start:end].decode() for start, end in zip(starts, ends, strict=True)]
        return cls(ids=np.array(names, dtype=object), vectors=arrays["vectors"])
