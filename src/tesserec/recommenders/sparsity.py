"""Matrices of which few entries count."""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.recommenders.ranking import DENSE_ITEMS

# Entries that are worked on at once; each takes up to 64 bytes of scratch.
ENTRIES = 2**23


def compact(scores: sp.csr_array) -> Matrix:
    """Return scores of few items as a dense array, and those of a large catalogue as they are."""
    return scores.toarray() if scores.shape[1] <= DENSE_ITEMS else scores


def row_blocks(entries: np.ndarray) -> Iterator[slice]:
    """Yield consecutive rows that together hold at most `ENTRIES` entries, or one row that holds more.

    Args:
        entries: (rows,) entries of each row.
    """
    ends = np.cumsum(entries, dtype=np.int64)
    start = 0
    while start < len(entries):
        done = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, done + ENTRIES, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def keep_largest(matrix: Matrix, count: int) -> sp.csr_array:
    """Keep the `count` largest positive entries of each row; ties go to the smaller column.

    Takes the time of sorting the entries of the rows that hold more than `count`, as numbers of 8 bytes.

    Args:
        matrix: Similarities, (rows, columns).
        count: Entries kept per row.
    """
    if isinstance(matrix, np.ndarray) and matrix.shape[1] > count:
        # Only what can be among the largest is worth the way through a sparse matrix.
        least = -np.partition(-matrix, count - 1, axis=1)[:, count - 1 : count]
        matrix = np.where(matrix >= least, matrix, 0)
    sparse = sp.csr_array(matrix)
    sparse.sum_duplicates()
    parts = [_largest_of(sparse[span], count) for span in row_blocks(np.diff(sparse.indptr))]
    return sp.csr_array(sp.vstack(parts)) if parts else sparse


def _largest_of(sparse: sp.csr_array, count: int) -> sp.csr_array:
    rows = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
    kept = sparse.data > 0
    lengths = np.bincount(rows[kept], minlength=sparse.shape[0])
    crowded = kept & (lengths > count)[rows]
    if crowded.any():
        kept[crowded] = _among_largest(rows[crowded], sparse.data[crowded], count)
    indptr = np.concatenate([[0], np.cumsum(np.minimum(lengths, count))])
    return sp.csr_array((sparse.data[kept], sparse.indices[kept], indptr), shape=sparse.shape)


def _among_largest(rows: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Tell which positive values, sorted by row, are among the largest; every row has more than `count`."""
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    lengths = np.diff(starts, append=len(rows))
    # The bits of positive floats sort like the floats: one sort of plain integers orders all rows at once.
    keys = (rows.astype(np.uint64) << np.uint64(32)) | ~values.astype(np.float32).view(np.uint32)
    limits = np.repeat(np.sort(keys)[starts + count - 1], lengths)
    larger, tied = keys < limits, keys == limits
    # Of the values that tie at the limit, the first fill the places that the larger ones leave.
    room = count - np.add.reduceat(larger, starts, dtype=np.int64)
    before = np.cumsum(tied) - tied
    turn = before - np.repeat(before[starts], lengths)
    return larger | (tied & (turn < np.repeat(room, lengths)))
