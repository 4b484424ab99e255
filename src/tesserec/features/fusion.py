"""Fuse feature blocks into one embedding."""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from scipy.linalg import eigh

from tesserec.features.blocks import FeatureBlocks, unit_rows
from tesserec.features.whitening import leading_axes


def concatenate(features: FeatureBlocks, weights: Mapping[str, float]) -> tuple[np.ndarray, sp.csr_array]:
    """Concatenate weighted blocks, the dense ones and the sparse ones apart, (rows, features) each.

    Every row of a block is scaled to length `sqrt(weight)`, so that the inner product of two concatenated
    rows is the weighted sum of the blocks' cosines: here concatenation is a weighted combination.

    Args:
        features: Blocks with the same rows.
        weights: Non-negative weight of each block to take; blocks that the data lacks are passed over.
    """
    dense = [np.zeros((len(features), 0), dtype=np.float32)]
    sparse = [sp.csr_array((len(features), 0), dtype=np.float32)]
    for name, block in features.select([name for name, weight in weights.items() if weight > 0]).items():
        scaled = unit_rows(block) * np.float32(np.sqrt(weights[name]))
        (dense if isinstance(scaled, np.ndarray) else sparse).append(scaled)
    return np.hstack(dense), sp.csr_array(sp.hstack(sparse))


def fuse(
    features: FeatureBlocks, weights: Mapping[str, float], known: np.ndarray, embedding_size: int, seed: int
) -> FeatureBlocks:
    """Add the block `fused`: the concatenated blocks, reduced to one dense embedding.

    The directions are the leading singular vectors of the known rows, so that inner products stay as close to
    the weighted sum of cosines as so few dimensions allow. The sparse blocks are first reduced alone, by a
    randomised solver (Halko et al. 2011, arXiv:0909.4061), which takes time in proportion to their entries.

    Args:
        features: Blocks with the same rows.
        weights: Weight of each block.
        known: Positions of the rows that may be learned from; the block is left out if there are none.
        embedding_size: Dimensions of the embedding, or as many as the rows and columns allow.
        seed: Of the randomised solver.
    """
    dense, sparse = concatenate(features, weights)
    size = min(embedding_size, sparse.shape[1] - 1, len(known) - 1)
    if size > 0:
        dense = np.hstack([dense, sparse @ leading_axes(sparse[known], size, seed)])
    else:
        dense = np.hstack([dense, sparse.toarray()])
    if not len(known) or not dense.shape[1]:
        return features
    _, directions = eigh(dense[known].T @ dense[known])
    fused = np.ascontiguousarray(dense @ directions[:, : -embedding_size - 1 : -1], dtype=np.float32)
    return FeatureBlocks(features.ids, {**features.blocks, "fused": fused}, features.names)
