"""Fuse feature blocks into one embedding."""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from scipy.linalg import eigh

from tesserec.features.blocks import FeatureBlocks, Matrix, unit_rows
from tesserec.features.whitening import leading_axes

# Rows that the directions are learned from, drawn at random: more would only cost memory.
LEARNED_ROWS = 100_000
# Rows that are fused at once.
ROWS = 50_000


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
    """Add the block `fused` by `learn_fusing`; it is left out where there is nothing to fuse."""
    return with_fused(features, learn_fusing(features, weights, known, embedding_size, seed))


def learn_fusing(
    features: FeatureBlocks, weights: Mapping[str, float], known: np.ndarray, embedding_size: int, seed: int
) -> dict[str, np.ndarray]:
    """Learn what reduces the concatenated blocks to one dense embedding, (features, dimensions) by block.

    The directions are the leading singular vectors of the known rows, of `LEARNED_ROWS` at most, so that
    inner products stay as close to the weighted sum of cosines as so few dimensions allow. The sparse blocks
    are first reduced alone, by a randomised solver (Halko et al. 2011, arXiv:0909.4061), which takes time in
    proportion to their entries.

    Args:
        features: Blocks with the same rows.
        weights: Weight of each block.
        known: Positions of the rows that may be learned from; nothing is learned if there are none.
        embedding_size: Dimensions of the embedding, or as many as the rows and columns allow.
        seed: Of the draw of rows and of the randomised solver.
    """
    if len(known) > LEARNED_ROWS:
        known = np.sort(np.random.default_rng(seed).choice(known, LEARNED_ROWS, replace=False))
    dense, sparse = concatenate(features.take(known), weights)
    size = min(embedding_size, sparse.shape[1] - 1, len(known) - 1)
    axes = leading_axes(sparse, size, seed) if size > 0 else np.eye(sparse.shape[1], dtype=np.float32)
    learned_from = np.hstack([dense, sparse @ axes])
    if not learned_from.size:
        return {}
    directions = eigh(learned_from.T @ learned_from)[1][:, : -embedding_size - 1 : -1]
    # The columns of the blocks in the order of `concatenate`.
    left = {True: directions[: dense.shape[1]], False: axes @ directions[dense.shape[1] :]}
    fusing = {}
    for name, block in features.select([name for name, weight in weights.items() if weight > 0]).items():
        part = left[isinstance(block, np.ndarray)]
        fusing[name] = (part[: block.shape[1]] * np.sqrt(weights[name])).astype(np.float32)
        left[isinstance(block, np.ndarray)] = part[block.shape[1] :]
    return fusing


def with_fused(features: FeatureBlocks, fusing: Mapping[str, np.ndarray]) -> FeatureBlocks:
    """Add the block `fused` by what `learn_fusing` learned; without that, the blocks are as they were."""
    if not fusing:
        return features
    fused = np.empty((len(features), next(iter(fusing.values())).shape[1]), dtype=np.float32)
    for start in range(0, len(features), ROWS):
        rows = np.arange(start, min(start + ROWS, len(features)))
        fused[rows] = fuse_rows(features.take(rows).blocks, fusing)
    return FeatureBlocks(features.ids, {**features.blocks, "fused": fused}, features.names)


def fuse_rows(blocks: Mapping[str, Matrix], fusing: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the fused embedding of rows of the blocks that were fused, (rows, dimensions)."""
    return np.sum([unit_rows(blocks[name]) @ through for name, through in fusing.items()], axis=0)
