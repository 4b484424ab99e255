"""Training data with a part of its knowledge taken away, or replaced by something that says nothing."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.fusing import Fusing

# From the blocks of items, or of people, to the blocks that take their place.
Alteration: TypeAlias = Callable[[FeatureBlocks], FeatureBlocks]

FUSED = "fused"
# Columns of random vectors that stand for a sparse block.
RANDOM_COLUMNS = 256


def alter(data: TrainingData, alteration: Alteration, fusing: Fusing) -> TrainingData:
    """Alter the blocks of items and of people, and fuse what is left anew.

    Args:
        data: Training data with its fused embeddings.
        alteration: What to do; it is never shown the fused embeddings.
        fusing: What made the fused embeddings.
    """
    profiles = data.profiles
    people = FeatureBlocks(profiles.user_ids, profiles.blocks, profiles.names)
    changed = alteration(leave_out([FUSED])(people))
    items = alteration(leave_out([FUSED])(data.items))
    profiles = replace(profiles, blocks=changed.blocks, names=changed.names)
    return fusing.fuse(TrainingData(profiles, items))


def leave_out(names: Collection[str]) -> Alteration:
    """Take the named blocks away."""
    return lambda features: _select(features, [name for name in features.blocks if name not in names])


def keep_only(names: Collection[str]) -> Alteration:
    """Take all but the named blocks away."""
    return lambda features: _select(features, [name for name in features.blocks if name in names])


def shuffle(names: Collection[str], seed: int) -> Alteration:
    """Give each row the named blocks of another row, all of them those of the same one.

    What the texts are about stays as it is; whose text it is becomes arbitrary.
    """

    def shuffled(features: FeatureBlocks) -> FeatureBlocks:
        rows = np.random.default_rng(seed).permutation(len(features))
        return _replace(features, {name: block[rows] for name, block in features.select(names).items()})

    return shuffled


def randomise(names: Collection[str], seed: int) -> Alteration:
    """Put Gaussian vectors in the place of the named blocks: every row can be told apart, and none is alike.

    Rows that were empty stay so. Items and people get vectors of the same length, as their texts have.
    """

    def randomised(features: FeatureBlocks) -> FeatureBlocks:
        generator = np.random.default_rng(seed)
        blocks = {name: _random_rows(block, generator) for name, block in features.select(names).items()}
        named = {name: columns for name, columns in features.names.items() if name not in names}
        return replace(_replace(features, blocks), names=named)

    return randomised


def _random_rows(block: Matrix, generator: np.random.Generator) -> np.ndarray:
    columns = block.shape[1] if isinstance(block, np.ndarray) else RANDOM_COLUMNS
    filled = np.asarray((block != 0).sum(axis=1)).reshape(-1, 1) > 0
    return generator.standard_normal((block.shape[0], columns), dtype=np.float32) * filled


def _replace(features: FeatureBlocks, blocks: dict[str, Matrix]) -> FeatureBlocks:
    return replace(features, blocks={**features.blocks, **blocks})


def _select(features: FeatureBlocks, names: Collection[str]) -> FeatureBlocks:
    named = {name: columns for name, columns in features.names.items() if name in names}
    return FeatureBlocks(features.ids, features.select(names), named)
