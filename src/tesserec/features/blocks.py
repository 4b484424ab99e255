"""Named feature blocks: one matrix per kind of knowledge, one row per item or user."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.state import Arrays, Config

Matrix: TypeAlias = np.ndarray | sp.csr_array
# The embedding that all other blocks are fused into.
FUSED = "fused"
# Blocks of items or of people that come from what items say and people write.
TEXT_BLOCKS = frozenset({"text", "lexical", "reviews", "review_words", "interests"})


@dataclass(frozen=True)
class FeatureBlocks:
    """Feature matrices that share their rows.

    Args:
        ids: Row ids, (rows,) strings.
        blocks: Matrices by name, each (rows, features of the block), dense float32 or sparse.
        names: Names of a block's columns, where they mean something to a person.
    """

    ids: np.ndarray
    blocks: Mapping[str, Matrix]
    names: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: np.ndarray) -> Self:
        """Return the rows at the given positions."""
        blocks = {name: block[rows] for name, block in self.blocks.items()}
        return type(self)(self.ids[rows], blocks, self.names)

    def select(self, names: Collection[str]) -> dict[str, Matrix]:
        """Return the named blocks, as far as they are there."""
        return {name: self.blocks[name] for name in names if name in self.blocks}

    def without_empty(self) -> Self:
        """Leave out the blocks that hold nothing but zeros: the tables had nothing for them."""
        filled = {name: block for name, block in self.blocks.items() if (block != 0).sum()}
        return type(self)(
            self.ids, filled, {name: names for name, names in self.names.items() if name in filled}
        )

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        arrays, sparse = pack_matrices(self.blocks)
        names = {name: list(columns) for name, columns in self.names.items()}
        return arrays, {"ids": self.ids.tolist(), "sparse": sparse, "names": names}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the blocks that `state` described."""
        ids = np.array(config["ids"], dtype=object)
        return cls(ids, unpack_matrices(arrays, config["sparse"]), config["names"])


def positions(ids: np.ndarray, wanted: Collection[str]) -> np.ndarray:
    """Return the place of each wanted id in `ids`, (wanted,); -1 for an unknown one."""
    return pd.Index(ids, dtype=object).get_indexer(pd.Index(list(wanted), dtype=object))


def pack_matrices(matrices: Mapping[str, Matrix]) -> tuple[dict[str, np.ndarray], dict[str, list[int]]]:
    """Spread matrices over plain arrays; the second result gives the shapes of the sparse ones."""
    arrays: dict[str, np.ndarray] = {}
    shapes: dict[str, list[int]] = {}
    for name, matrix in matrices.items():
        if isinstance(matrix, np.ndarray):
            arrays[name] = matrix
        else:
            parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr}
            arrays |= {f"{name}.{part}": array for part, array in parts.items()}
            shapes[name] = list(matrix.shape)
    return arrays, shapes


def unpack_matrices(arrays: Arrays, shapes: Mapping[str, list[int]]) -> dict[str, Matrix]:
    """Undo `pack_matrices`."""
    parts = {f"{name}.{part}" for name in shapes for part in ("data", "indices", "indptr")}
    matrices: dict[str, Matrix] = {name: array for name, array in arrays.items() if name not in parts}
    for name, shape in shapes.items():
        triple = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
        matrices[name] = sp.csr_array(triple, shape=tuple(shape))
    return matrices


def unit_rows(matrix: Matrix) -> Matrix:
    """Scale every row to Euclidean length 1; a zero row stays zero."""
    if isinstance(matrix, np.ndarray):
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.csr_array(sp.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ matrix).astype(np.float32)
