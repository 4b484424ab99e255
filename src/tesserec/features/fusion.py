"""Fuse feature blocks into one embedding."""

from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD

from tesserec.features.blocks import FeatureBlocks, unit_rows


def concatenate(features: FeatureBlocks, weights: Mapping[str, float]) -> sp.csr_array:
    """Concatenate weighted blocks, (rows, features of all blocks).

    Every row of a block is scaled to length `sqrt(weight)`, so that the inner product of two concatenated
    rows is the weighted sum of the blocks' cosines: here concatenation is a weighted combination.

    Args:
        features: Blocks with the same rows.
        weights: Non-negative weight of each block to take; blocks that the data lacks are passed over.
    """
    parts = [
        sp.csr_array(unit_rows(features.blocks[name])) * np.float32(np.sqrt(weight))
        for name, weight in weights.items()
        if weight > 0 and name in features.blocks
    ]
    return sp.csr_array(sp.hstack([sp.csr_array((len(features), 0), dtype=np.float32), *parts]))


def fuse(
    features: FeatureBlocks, weights: Mapping[str, float], known: np.ndarray, embedding_size: int, seed: int
) -> FeatureBlocks:
    """Add the block `fused`: the concatenated blocks, reduced to one dense embedding.

    The directions are the leading singular vectors of the known rows (Halko et al. 2011, arXiv:0909.4061), so
    that inner products stay as close to the weighted sum of cosines as so few dimensions allow.

    Args:
        features: Blocks with the same rows.
        weights: Weight of each block.
        known: Positions of the rows that may be learned from.
        embedding_size: Dimensions of the embedding, or as many as the known rows allow.
        seed: Of the randomised solver.
    """
    joined = concatenate(features, weights)
    size = min(embedding_size, joined.shape[1] - 1, len(known) - 1)
    if size < 1:
        return features
    reduction = TruncatedSVD(size, random_state=seed).fit(joined[known])
    fused = reduction.transform(joined).astype(np.float32)
    return FeatureBlocks(features.ids, {**features.blocks, "fused": fused}, features.names)
