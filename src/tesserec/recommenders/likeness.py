"""Likeness of vectors: all of it where it fits into memory, the nearest neighbours where it does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.features.blocks import Matrix

# Likenesses worked on at once.
NUMBERS = 2**24
# Columns of sparse vectors that more than this share of the rows have are multiplied as dense ones: the time
# of a sparse product is the square of the rows that share a column.
COMMON = 0.025
# Pairs whose products are computed at once: they share rows, so that all products between the distinct ones
# take less time than moving the features of every pair.
PAIRS = 2_000
# Rows are scanned in runs of so many parts, of which only those with a large maximum are looked at again.
PARTS = 8
_SETTING = Lock()


def all_likenesses(queries: Matrix, vectors: Matrix, power: float) -> np.ndarray:
    """Return `max(q · v, 0) ** power`, (queries, vectors) float32.

    Takes `4 · queries · vectors` bytes.

    Args:
        queries: (queries, features), dense or sparse as `vectors` are.
        vectors: (vectors, features), of length 1 or 0 if `power` is not 1.
        power: Exponent.
    """
    found = np.empty((queries.shape[0], vectors.shape[0]), dtype=np.float32)
    for place, products in _products(queries, vectors):
        np.copyto(found[place], _clipped_power(products, power).numpy())
    return found


def nearest(
    queries: Matrix,
    vectors: Matrix,
    power: float,
    count: int,
    *,
    same: bool = False,
    among: np.ndarray | None = None,
) -> sp.csr_array:
    """Return the `count` largest positive entries of each row of `all_likenesses`, (queries, vectors).

    All likenesses are looked at, in blocks, so nothing is missed: `queries · vectors · dimensions`
    multiply-adds, for sparse vectors at most `COMMON · entries of the queries · vectors` and as many as if
    their common columns were the dimensions. It takes 8 bytes per entry that is kept. For the neighbours of
    12,000 vectors of 256 dimensions it takes 2 s of one core that multiplies bfloat16; an approximate index
    (HNSW) takes 15 s, finds 88 to 98 % and depends on the order of the vectors. The time grows with the
    square, so that an index pays from some hundred thousand vectors on.

    Args:
        queries: As in `all_likenesses`.
        vectors: As in `all_likenesses`.
        power: As in `all_likenesses`.
        count: Entries kept per row.
        same: Queries and vectors are the same things, all of them, and nothing is its own neighbour.
        among: Positions of the vectors that are looked at, all different; None: all.
    """
    everything = np.arange(vectors.shape[0])
    among = everything if among is None else among
    looked_at = vectors if len(among) == len(everything) else vectors[among]
    parts = []
    for place, products in _products(queries, looked_at):
        if same:
            products[torch.arange(len(products)), torch.arange(place.start, place.stop)] = 0
        part = largest_entries(products.numpy(), count, among, len(everything))
        part.data = _clipped_power(torch.from_numpy(part.data), power).numpy()
        parts.append(part)
    if not parts:
        return sp.csr_array((0, len(everything)), dtype=np.float32)
    return sp.csr_array(sp.vstack(parts, format="csr"))


def largest_entries(scores: np.ndarray, count: int, columns: np.ndarray, width: int) -> sp.csr_array:
    """Return the `count` largest positive entries of each row as a sparse matrix, (rows, width).

    Args:
        scores: (rows, columns).
        count: Entries kept per row.
        columns: (columns,) where the columns belong in the result.
        width: Columns of the result.
    """
    values, places = _largest(torch.from_numpy(scores), min(count, len(columns)))
    return _by_row(values.numpy(), columns[places.numpy()], width)


def pair_products(left: Matrix, right: Matrix, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the inner products of pairs of a row of one matrix and a row of another, (pairs,) float32.

    They are exact. The fewer different rows stand near each other in `rows`, the faster.

    Args:
        left: (rows, features), dense or sparse as `right` is.
        right: (columns, features).
        rows: (pairs,) positions in `left`.
        columns: (pairs,) positions in `right`.
    """
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), PAIRS):
        some = slice(start, start + PAIRS)
        ours, row = np.unique(rows[some], return_inverse=True)
        theirs, column = np.unique(columns[some], return_inverse=True)
        products = left[ours] @ right[theirs].T
        found[some] = (products if isinstance(products, np.ndarray) else products.toarray())[row, column]
    return found


def _products(queries: Matrix, vectors: Matrix) -> Iterator[tuple[slice, torch.Tensor]]:
    """Yield the inner products of a block of queries with all vectors; the caller may overwrite them."""
    rows = max(1, NUMBERS // max(vectors.shape[0], 1))
    parts = _parts(queries, vectors)
    for start in range(0, queries.shape[0], rows):
        place = slice(start, min(start + rows, queries.shape[0]))
        total, *others = (_product(ours[place], theirs) for ours, theirs in parts)
        for other in others:
            total += other
        yield place, total


def _parts(queries: Matrix, vectors: Matrix) -> list[tuple[Matrix, Matrix]]:
    """Return factors whose products sum to `queries @ vectors.T`."""
    if isinstance(vectors, np.ndarray):
        return [(queries, vectors.T)]
    asked = sp.csr_array(queries)
    holders = np.bincount(vectors.indices, minlength=vectors.shape[1])
    common = np.flatnonzero(holders > COMMON * vectors.shape[0])
    rare = np.flatnonzero((holders > 0) & (holders <= COMMON * vectors.shape[0]))
    return [
        (asked[:, rare], sp.csr_array(vectors[:, rare].T)),
        (asked[:, common].toarray(), vectors[:, common].toarray().T),
    ]


def _product(rows: Matrix, columns: Matrix) -> torch.Tensor:
    if not isinstance(rows, np.ndarray):
        return torch.from_numpy((rows @ columns).toarray())
    with _factors_in_bfloat16():
        return torch.from_numpy(rows) @ torch.from_numpy(columns)


@contextmanager
def _factors_in_bfloat16() -> Iterator[None]:
    """Let float32 products round their factors, not their sums, where the processor multiplies bfloat16.

    That is twice as fast, and a cosine changes by at most 0.004. The setting is the whole process's, so one
    thread at a time changes it, and other products of float32 that shall be exact are left to numpy.
    """
    with _SETTING:
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("medium")
        try:
            yield
        finally:
            torch.set_float32_matmul_precision(before)


def _clipped_power(products: torch.Tensor, power: float) -> torch.Tensor:
    """Overwrite with `max(products, 0) ** power`: torch has fast paths for the usual exponents."""
    return products.clamp_(min=0).pow_(power)


def _largest(products: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return values and columns of the `count` largest entries of each row, in no order.

    The entries are dealt into groups of `PARTS`, and only the `count` groups with the largest maxima can hold
    them, so that most entries are read once and never sorted.
    """
    rows, width = products.shape
    groups = width // PARTS
    if groups <= count:
        best = torch.topk(products, count, dim=1, sorted=False)
        return best.values, best.indices
    even = products[:, : groups * PARTS].view(rows, PARTS, groups)
    top = torch.topk(even.amax(dim=1), count, dim=1, sorted=False).indices
    columns = (top[:, None, :] + groups * torch.arange(PARTS)[:, None]).view(rows, -1)
    rest = torch.arange(groups * PARTS, width).expand(rows, -1)
    columns = torch.cat([columns, rest], dim=1)
    best = torch.topk(products.gather(1, columns), count, dim=1, sorted=False)
    return best.values, columns.gather(1, best.indices)


def _by_row(values: np.ndarray, columns: np.ndarray, width: int) -> sp.csr_array:
    """Return the positive values as a sparse matrix with sorted columns."""
    order = np.argsort(columns, axis=1)
    values, columns = np.take_along_axis(values, order, axis=1), np.take_along_axis(columns, order, axis=1)
    kept = values > 0
    indptr = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    # Positions of 4 bytes, not 8.
    entries = (values[kept], columns[kept].astype(np.int32), indptr.astype(np.int32))
    return sp.csr_array(entries, shape=(len(values), width))
