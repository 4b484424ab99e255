"""Several item blocks side by side in one dense matrix, for linear models of what an item is like."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.features.whitening import latent

NUMBERS = "numbers"
# Quantiles at which a number is cut, from the 5 % lowest to the 5 % highest.
CUTS = np.linspace(0.05, 0.95, 15)


def stack_blocks(
    blocks: Mapping[str, Matrix], names: Sequence[str], fitted_on: np.ndarray, dimensions: int, seed: int
) -> np.ndarray:
    """Return all features of each item and a constant 1, (items, features) float32.

    Every block is centred and scaled to a mean squared length of 1, so that a penalty on weights treats a few
    categories like many words. Sparse blocks with more columns than `dimensions` are reduced by latent
    semantic analysis (Deerwester et al. 1990, "Indexing by latent semantic analysis"). Numbers become steps:
    one column for each quantile that they exceed, so that a linear model can follow any curve over years or
    prices. What is missing of an item is 0, the mean.

    Args:
        blocks: Item feature blocks by name, (items, columns) each.
        names: Blocks to take; those that the data lacks are passed over.
        fitted_on: Positions of the items that may be learned from.
        dimensions: Columns to which wide sparse blocks are reduced.
        seed: Of the randomised reduction.
    """
    n_items = next(iter(blocks.values())).shape[0]
    parts = [np.ones((n_items, 1), dtype=np.float32)]
    for name in names:
        if name in blocks:
            block = _dense(name, blocks[name], fitted_on, dimensions, seed)
            parts.append(_scaled(block, _present(blocks[name]), fitted_on))
    return np.hstack(parts)


def _dense(name: str, block: Matrix, fitted_on: np.ndarray, dimensions: int, seed: int) -> np.ndarray:
    if isinstance(block, np.ndarray):
        return _steps(block, fitted_on) if name == NUMBERS else block
    return latent(block, fitted_on, dimensions, seed)


def _steps(numbers: np.ndarray, fitted_on: np.ndarray) -> np.ndarray:
    if not len(fitted_on):
        return np.zeros((len(numbers), 0), dtype=np.float32)
    cuts = (np.unique(np.quantile(column[fitted_on], CUTS)) for column in numbers.T)
    steps = [column[:, None] > cut for column, cut in zip(numbers.T, cuts, strict=True)]
    return np.hstack(steps).astype(np.float32)


def _present(block: Matrix) -> np.ndarray:
    """Return 1 for items of which the block knows something, (items, 1)."""
    if isinstance(block, np.ndarray):
        return np.any(block, axis=1, keepdims=True)
    return (np.diff(sp.csr_array(block).indptr) > 0)[:, None]


def _scaled(block: np.ndarray, present: np.ndarray, fitted_on: np.ndarray) -> np.ndarray:
    sample = fitted_on[present[fitted_on, 0]]
    if not len(sample):
        return np.zeros((len(block), 0), dtype=np.float32)
    centred = (block - block[sample].mean(axis=0)) * present
    length = np.sqrt(np.mean(np.square(centred[sample]).sum(axis=1)))
    return (centred / (length if length > 0 else 1)).astype(np.float32)
