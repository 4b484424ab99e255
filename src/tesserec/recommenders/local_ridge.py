"""Ridge regressions of every item on the few items that say most about it: linear models in sparse form."""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
import torch

from tesserec.recommenders.sparsity import keep_largest, row_blocks

# Numbers in the batch of small systems that is held at once.
BATCH = 2**27
# Systems of similar size are solved together, padded to one of this many sizes.
SIZES = 8


def local_ridge(
    gram: sp.csr_array, cross: sp.csr_array, regularization: float, neighbours: int
) -> sp.csr_array:
    """Solve `(G_NN + regularization · I) b = C_Nj` for each item `j` over its neighbourhood `N`.

    `N` holds the items that say most about `j` by themselves: alone, `i` lowers the loss of the ridge
    regression of `j` by `C_ij² / (G_ii + regularization)`. The selection before the regression is that of
    fsSLIM (Ning & Karypis 2011, doi:10.1109/ICDM.2011.134); the closed form makes it exact on its support.

    Takes `items × neighbours³ / 3` multiply-adds, `items × neighbours²` reads of the gram matrix, and at most
    1.5 GiB beyond a few copies of the arguments. Items with fewer neighbours cost accordingly less.

    Args:
        gram: `G`, (items, items), symmetric positive semi-definite.
        cross: `C`, (items, items): column `j` is what is regressed on the items.
        regularization: Strength of the L2 penalty.
        neighbours: Largest size of a neighbourhood.

    Returns:
        Weights, (items, items); column `j` has at most `neighbours` entries, and the diagonal is empty.
    """
    to_predict = _strongest(gram, cross, regularization, neighbours)
    lengths = np.diff(to_predict.indptr)
    solved = np.zeros(to_predict.nnz, dtype=np.float32)
    for targets in _batches(lengths, -(-neighbours // SIZES)):
        size = lengths[targets].max()
        inside = np.arange(size) < lengths[targets, None]  # (targets, size)
        entries = (to_predict.indptr[targets, None] + np.arange(size))[inside]
        # Padding takes the place after the last item, which is related to nothing.
        near = np.full(inside.shape, gram.shape[0])
        near[inside] = to_predict.indices[entries]
        right = np.zeros(inside.shape, dtype=np.float32)
        right[inside] = to_predict.data[entries]
        systems = torch.from_numpy(_submatrices(gram, near))
        systems.diagonal(dim1=1, dim2=2).add_(regularization)
        solved[entries] = solve_positive(systems, torch.from_numpy(right)).numpy()[inside]
    by_target = sp.csr_array((solved, to_predict.indices, to_predict.indptr), shape=gram.shape)
    return sp.csr_array(by_target.T)


def _strongest(
    gram: sp.csr_array, cross: sp.csr_array, regularization: float, neighbours: int
) -> sp.csr_array:
    """Return the neighbourhoods as rows, (items, items), with the entries of `cross` as values."""
    by_target = sp.csr_array(cross.T)
    by_target.sum_duplicates()
    penalised = gram.diagonal() + np.float32(regularization)
    chosen = []
    for span in row_blocks(np.diff(by_target.indptr)):
        rows = by_target[span]
        gains = sp.coo_array(rows)
        gains.data = gains.data**2 / penalised[gains.col]
        # An item says nothing about itself.
        gains.data[gains.row + span.start == gains.col] = 0
        chosen.append(rows.multiply(keep_largest(gains, neighbours).astype(bool)))
    return sp.csr_array(sp.vstack(chosen))


def _batches(lengths: np.ndarray, step: int) -> Iterator[np.ndarray]:
    """Yield targets whose systems have a similar size, as many as `BATCH` numbers hold."""
    sizes = -(-lengths // step) * step
    for size in np.unique(sizes[lengths > 0]):
        targets = np.flatnonzero((sizes == size) & (lengths > 0))
        count = max(1, BATCH // size**2)
        for start in range(0, len(targets), count):
            yield targets[start : start + count]


def _submatrices(gram: sp.csr_array, near: np.ndarray) -> np.ndarray:
    """Return the parts of the gram matrix between the items of each neighbourhood, (targets, size, size).

    Args:
        gram: (items, items).
        near: (targets, size) items, `len(gram)` for padding.
    """
    size = near.shape[1]
    parts = np.zeros((near.size, size), dtype=np.float32)
    places = np.argsort(near, axis=None, kind="stable")
    bounds = np.searchsorted(near.ravel()[places], np.arange(gram.shape[0] + 1))
    # One row of the gram matrix after the other is laid out, and read by all neighbourhoods with its item.
    row = np.zeros(gram.shape[0] + 1, dtype=np.float32)
    for item in np.flatnonzero(np.diff(bounds)):
        span = slice(gram.indptr[item], gram.indptr[item + 1])
        row[gram.indices[span]] = gram.data[span]
        holders = places[bounds[item] : bounds[item + 1]]
        parts[holders] = row[near[holders // size]]
        row[gram.indices[span]] = 0
    return parts.reshape(len(near), size, size)


def solve_positive(systems: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the solutions of positive definite systems, (batch, size) for systems of (batch, size, size)."""
    lower = torch.linalg.cholesky(systems)
    half = torch.linalg.solve_triangular(lower, right[..., None], upper=False)
    return torch.linalg.solve_triangular(lower.mT, half, upper=True)[..., 0]
