"""Whitening: the principal directions of vectors, brought closer to equal variance."""

import numpy as np
import scipy.sparse as sp
from scipy.linalg import eigh
from sklearn.utils.extmath import randomized_range_finder

# Directions with less than this share of the greatest variance are noise, which whitening would blow up.
LEAST_VARIANCE = 1e-6
# Of the randomised solver: columns beyond those wanted, and power iterations.
OVERSAMPLES, ITERATIONS = 10, 2
# Columns whose products are summed in double precision at once.
COLUMNS = 100_000


def latent(block: sp.csr_array, fitted_on: np.ndarray, dimensions: int, seed: int) -> np.ndarray:
    """Return sparse rows in fewer dimensions, (rows, dimensions) float32.

    Latent semantic analysis (Deerwester et al. 1990, Indexing by latent semantic analysis). With no more
    columns than `dimensions`, or too few rows to learn from, the rows are only made dense.

    Args:
        block: (rows, columns).
        fitted_on: Rows that may be learned from.
        dimensions: Columns of the result.
        seed: Of the randomised reduction.
    """
    size = min(dimensions, len(fitted_on) - 1)
    if block.shape[1] <= dimensions or size < 1:
        return block.toarray()
    return np.asarray(block @ leading_axes(block[fitted_on], size, seed), dtype=np.float32)


def leading_axes(rows: sp.csr_array, size: int, seed: int) -> np.ndarray:
    """Return the axes along which sparse rows are longest, leading first, (columns, size) float32.

    By a randomised solver, in time proportional to the entries (Halko et al. 2011, arXiv:0909.4061). The axes
    within the range that it finds are eigenvectors of a small Gram matrix, which takes less time than the
    singular value decomposition in scikit-learn's `TruncatedSVD`.

    Args:
        rows: (rows, columns), more than `size` of both.
        size: Axes to return, or as many as the rows span.
        seed: Of the solver.
    """
    basis = randomized_range_finder(rows, size=size + OVERSAMPLES, n_iter=ITERATIONS, random_state=seed)
    within = np.asarray(rows.T @ basis, dtype=np.float32)  # (columns, size + OVERSAMPLES)
    parts = (within[start : start + COLUMNS].astype(float) for start in range(0, len(within), COLUMNS))
    squares, directions = eigh(sum(part.T @ part for part in parts))
    kept = np.flatnonzero(squares > squares[-1] * np.finfo(np.float32).eps)[::-1][:size]
    return np.asarray(within @ (directions[:, kept] / np.sqrt(squares[kept])).astype(np.float32))


def whitening_of(
    vectors: np.ndarray, fitted_on: np.ndarray, dimensions: int, whitening: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre, (features,), and the scaled principal directions, (features, dimensions).

    Full whitening is that of Su et al. 2021, arXiv:2103.15316.

    Args:
        vectors: (rows, features); zero rows are missing and take no part.
        fitted_on: Rows that may be learned from; without any, nothing is known and all rows are used.
        dimensions: Principal directions kept, at most half as many as there are rows to learn from.
        whitening: 1 brings them to equal variance, 0 leaves their variances.
    """
    present = np.flatnonzero(np.any(vectors, axis=1))
    known = np.intersect1d(present, fitted_on)
    sample = vectors[known if len(known) > 1 else present].astype(np.float64)
    if len(sample) == 0:
        return np.zeros(vectors.shape[1], np.float32), np.eye(vectors.shape[1], dtype=np.float32)
    centre, scaled = scaled_directions(sample, min(dimensions, max(len(sample) // 2, 1)), whitening)
    return centre.astype(np.float32), scaled.astype(np.float32)


def scaled_directions(sample: np.ndarray, dimensions: int, whitening: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre, (features,), and the principal directions by `variance ** (-whitening / 2)`.

    Args:
        sample: (rows, features) float64.
        dimensions: Directions to return, leading first; those that are noise are left out.
        whitening: 1 brings them to equal variance, 0 leaves their variances.
    """
    centre = sample.mean(axis=0)
    variances, directions = eigh(np.atleast_2d(np.cov(sample.T, bias=True)))
    kept = np.argsort(-variances)[:dimensions]
    kept = kept[variances[kept] > variances.max() * LEAST_VARIANCE]
    return centre, directions[:, kept] * variances[kept] ** (-whitening / 2)


def project(vectors: np.ndarray, centre: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return the whitened vectors, (rows, dimensions); zero rows stay zero."""
    present = np.any(vectors, axis=1, keepdims=True)
    return ((vectors - centre) @ directions * present).astype(np.float32)


def whiten(vectors: np.ndarray, fitted_on: np.ndarray, dimensions: int, whitening: float) -> np.ndarray:
    """Learn the whitening and apply it to the same vectors, (rows, dimensions)."""
    return project(vectors, *whitening_of(vectors, fitted_on, dimensions, whitening))
