"""Likeness of vectors: all of it where it fits into memory, the nearest neighbours where it does not."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.features.blocks import Matrix

# Likenesses worked on at once; but rows enough that rounding the vectors takes less time than their products.
# The products of fewer rows are exact.
NUMBERS, LEAST_ROWS = 2**24, 256
# Columns of sparse vectors that more than this share of the rows have are multiplied as dense ones: the time
# of a sparse product is the square of the rows that share a column.
COMMON = 0.025
# Pairs whose products are computed at once: they share rows, so that all products between the distinct ones
# take less time than moving the features of every pair.
PAIRS = 2_000
# Entries of a group of those that are scanned for the largest; with fewer, all are sorted.
LEAST_GROUP = 3
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
    for _, products in _products(queries, vectors, torch.from_numpy(found)):
        clipped_power(products.numpy(), power)
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
        clipped_power(part.data, power)
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


def all_products(queries: Matrix, vectors: Matrix) -> np.ndarray:
    """Return the inner products of all queries with all vectors, (queries, vectors) float32; they are exact.

    Args:
        queries: (queries, features), dense or sparse as `vectors` are.
        vectors: (vectors, features).
    """
    sparse, dense = _parts(queries, vectors)
    products = np.asarray(dense[0] @ dense[1], dtype=np.float32)
    if sparse is not None:
        products += (sparse[0] @ sparse[1]).toarray()
    return products


def pair_products(left: Matrix, right: Matrix, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the inner products of pairs of a row of one matrix and a row of another, (pairs,) float32.

    They are exact. The fewer different rows of dense matrices stand near each other, the faster.

    Args:
        left: (rows, features), dense or sparse as `right` is.
        right: (columns, features).
        rows: (pairs,) positions in `left`.
        columns: (pairs,) positions in `right`.
    """
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), PAIRS):
        some = slice(start, start + PAIRS)
        if not isinstance(left, np.ndarray):
            found[some] = left[rows[some]].multiply(right[columns[some]]).sum(axis=1)
            continue
        ours, row = np.unique(rows[some], return_inverse=True)
        theirs, column = np.unique(columns[some], return_inverse=True)
        found[some] = (left[ours] @ right[theirs].T)[row, column]
    return found


def _products(
    queries: Matrix, vectors: Matrix, into: torch.Tensor | None = None
) -> Iterator[tuple[slice, torch.Tensor]]:
    """Yield the inner products of a block of queries with all vectors; the caller may overwrite them.

    Args:
        queries: (queries, features).
        vectors: (vectors, features).
        into: (queries, vectors) where they go; None: where those of the block before were, because fresh
            memory takes as long as the products.
    """
    rows = min(max(LEAST_ROWS, NUMBERS // max(vectors.shape[0], 1)), queries.shape[0])
    scratch = torch.empty((rows if into is None else 0, vectors.shape[0]))
    sparse, dense = _parts(queries, vectors)
    for start in range(0, queries.shape[0], max(rows, 1)):
        place = slice(start, min(start + rows, queries.shape[0]))
        products = scratch[: place.stop - start] if into is None else into[place]
        with _factors_in_bfloat16() if queries.shape[0] >= LEAST_ROWS else nullcontext():
            torch.mm(torch.from_numpy(dense[0][place]), torch.from_numpy(dense[1]), out=products)
        if sparse is not None:
            products += torch.from_numpy((sparse[0][place] @ sparse[1]).toarray())
        yield place, products


def _parts(
    queries: Matrix, vectors: Matrix
) -> tuple[tuple[sp.csr_array, sp.csr_array] | None, tuple[np.ndarray, np.ndarray]]:
    """Return sparse factors, if any, and dense ones, whose products sum to `queries @ vectors.T`."""
    if isinstance(vectors, np.ndarray):
        return None, (queries, vectors.T)
    asked = sp.csr_array(queries)
    if len(asked.indptr) <= LEAST_ROWS:  # to take the columns apart would take longer than the products
        nothing = np.zeros((asked.shape[0], 0), np.float32), np.zeros((0, vectors.shape[0]), np.float32)
        return (asked, sp.csr_array(vectors.T)), nothing
    holders = np.bincount(vectors.indices, minlength=vectors.shape[1])
    common = np.flatnonzero(holders > COMMON * vectors.shape[0])
    rare = np.flatnonzero((holders > 0) & (holders <= COMMON * vectors.shape[0]))
    return (
        (asked[:, rare], sp.csr_array(vectors[:, rare].T)),
        (asked[:, common].toarray(), vectors[:, common].toarray().T),
    )


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


def clipped_power(products: np.ndarray, power: float) -> np.ndarray:
    """Overwrite with `max(products, 0) ** power`: torch has fast paths for the usual exponents."""
    torch.from_numpy(products).clamp_(min=0).pow_(power)
    return products


def _largest(products: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return values and columns of the `count` largest entries of each row, in no order.

    The entries are dealt into groups, and only the `count` groups with the largest maxima can hold them, so
    that most entries are read once and never sorted. The size of the groups is that at which there are as
    many groups as entries in those that are looked at again.
    """
    rows, width = products.shape
    size = int(np.sqrt(width / max(count, 1)))
    if size < LEAST_GROUP:
        best = torch.topk(products, count, dim=1, sorted=False)
        return best.values, best.indices
    groups = width // size
    even = products[:, : groups * size].view(rows, size, groups)
    top = torch.topk(even.amax(dim=1), count, dim=1, sorted=False).indices
    columns = (top[:, None, :] + groups * torch.arange(size)[:, None]).view(rows, -1)
    rest = torch.arange(groups * size, width).expand(rows, -1)
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
