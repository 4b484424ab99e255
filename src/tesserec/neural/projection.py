"""Bring feature blocks of any kind and width to small dense matrices of one scale."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.features.whitening import leading_axes, scaled_directions

# Half whitening: standard deviations become their square roots.
WHITENING = 0.5


@dataclass(frozen=True)
class Projection:
    """A map of one block that rows unseen in training go through as well.

    Args:
        directions: (features, dimensions).
        offset: (dimensions,) what the mean row is mapped to.
    """

    directions: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(cls, block: Matrix, known: np.ndarray, dimensions: int, seed: int) -> Self:
        """Learn the half-whitened principal directions of the known rows.

        Sparse blocks are first reduced alone, in time proportional to their entries (Halko et al. 2011,
        arXiv:0909.4061).

        Args:
            block: (rows, features), dense or sparse.
            known: Rows that may be learned from.
            dimensions: Directions to keep, or as many as rows and columns allow.
            seed: Of the randomised solver.
        """
        if not isinstance(block, np.ndarray):
            axes = _axes(unit_rows(block)[known], dimensions, seed)
            block = np.asarray(unit_rows(block) @ axes, dtype=np.float32)
        else:
            axes = np.eye(block.shape[1], dtype=np.float32)
        present = np.intersect1d(np.flatnonzero(np.any(block, axis=1)), known)
        centre, directions = _directions(block[present].astype(np.float64), dimensions)
        return cls((axes @ directions).astype(np.float32), (centre @ directions).astype(np.float32))

    def apply(self, block: Matrix) -> np.ndarray:
        """Return the projected rows, (rows, dimensions) float32; a zero row is missing and stays zero.

        A row `x` becomes `x / sqrt(1 + |x|²)`: wide embeddings get nearly unit length, single numbers keep
        their size as long as it is small.
        """
        if isinstance(block, np.ndarray):
            present = np.any(block, axis=1)
            rows = block @ self.directions
        else:
            present = np.diff(block.indptr) > 0
            rows = unit_rows(block) @ self.directions
        rows = np.asarray(rows - self.offset, dtype=np.float32) * present[:, None]
        return (rows / np.sqrt(1 + np.square(rows).sum(axis=1, keepdims=True))).astype(np.float32)


def _directions(rows: np.ndarray, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre and the half-whitened directions; where no two rows tell them, these are columns."""
    if len(rows) <= 1:
        return np.zeros(rows.shape[1]), np.eye(rows.shape[1], dimensions)
    return scaled_directions(rows, dimensions, WHITENING)


def _axes(rows: sp.csr_array, dimensions: int, seed: int) -> np.ndarray:
    size = min(dimensions, rows.shape[0] - 1)
    if rows.shape[1] <= max(size, 1):
        return np.eye(rows.shape[1], dtype=np.float32)
    if size < 1:
        return np.eye(rows.shape[1], 1, dtype=np.float32)
    return leading_axes(rows, size, seed)


def project_items(
    blocks: Mapping[str, Matrix], known: np.ndarray, dimensions: int, seed: int
) -> dict[str, np.ndarray]:
    """Return the blocks of items projected to at most `dimensions`, as the known ones teach it."""
    return {
        name: Projection.fit(block, known, dimensions, seed).apply(block) for name, block in blocks.items()
    }
