"""What neighbours say about a pair: similarity-weighted means over a user's items or an item's users."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

# A numpy array or a scipy matrix in CSR form; scipy has no types.
Matrix = Any
BLOCK = 512


def neighbour_means(
    vectors: Sequence[Matrix],
    residuals: sp.csr_matrix,
    owners: np.ndarray,
    targets: np.ndarray,
    *,
    power: float,
    shrinkage: float,
) -> np.ndarray:
    """Average the residuals of a target's neighbours, weighted by their similarity to the target.

    `Σ_j k_tj r_oj / (λ + Σ_j k_tj)` with `k_tj = max(v_t · v_j, 0)^power`, over what the owner `o` has
    touched except the target itself (Nadaraya and Watson 1964, shrunk by support). With vectors of items and
    residuals (users, items) these are a user's similar items; with vectors of users and residuals
    (items, users) an item's similar users (Sarwar et al. 2001).

    Args:
        vectors: A row per target, (targets, features), in parts side by side, each dense or sparse.
        residuals: What each owner thinks of each target, (owners, targets).
        owners: Owner of each pair by position, (pairs,).
        targets: Target of each pair by position, (pairs,).
        power: Sharpness of the kernel.
        shrinkage: Sum of kernel weights at which the mean is halved.

    Returns:
        The means, (pairs,); 0 without neighbours. Memory: at most 512 rows of similarities to all targets.
        Time: the distinct targets × all targets × features, and the pairs × events of their owners.
    """
    means = np.zeros(len(owners))
    order = np.argsort(targets, kind="stable")
    transposed = [part.T.tocsr() if sp.issparse(part) else part.T for part in vectors]
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        distinct, local = np.unique(targets[block], return_inverse=True)
        kernel = np.zeros((len(distinct), residuals.shape[1]), dtype=np.float32)  # (distinct, targets)
        for part, columns in zip(vectors, transposed, strict=True):
            similarity = part[distinct] @ columns
            kernel += similarity.toarray() if sp.issparse(similarity) else similarity
        kernel = np.maximum(kernel, 0) ** power
        kernel[np.arange(len(distinct)), distinct] = 0
        rows = residuals[owners[block]]  # (block, targets)
        pair = np.repeat(np.arange(len(block)), np.diff(rows.indptr))
        weights = kernel[local[pair], rows.indices]
        total = np.bincount(pair, weights * rows.data, len(block))
        means[block] = total / (shrinkage + np.bincount(pair, weights, len(block)))
    return means


def squared_lengths(matrix: Matrix) -> np.ndarray:
    """Return the squared length of each row, (rows,)."""
    squares = matrix.multiply(matrix) if sp.issparse(matrix) else matrix * matrix
    return np.asarray(squares.sum(axis=1)).ravel()


def scale_rows(matrix: Matrix, factors: np.ndarray) -> Matrix:
    """Multiply each row by a factor, (rows,)."""
    if sp.issparse(matrix):
        return (sp.diags_array(factors.astype(matrix.dtype)) @ matrix).tocsr()
    return matrix * factors.astype(matrix.dtype)[:, None]


def damped_rows(matrix: sp.csr_matrix, damping: float) -> Matrix:
    """Divide each row by its length plus a damping, so that rows with few entries count for less."""
    return scale_rows(matrix, 1 / (np.sqrt(squared_lengths(matrix)) + damping))
