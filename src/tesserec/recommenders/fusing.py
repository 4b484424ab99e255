"""One embedding of each item and each person, in training data beside the blocks that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tesserec.features.blocks import FeatureBlocks
from tesserec.features.fusion import fuse, learn_fusing, with_fused
from tesserec.recommenders.base import TrainingData


@dataclass(frozen=True)
class Fusing:
    """How blocks become the block `fused`.

    Args:
        item_weights: Weight of each block of items.
        user_weights: Weight of each block of people.
        embedding_size: Dimensions of the embeddings, or as many as rows and columns allow.
        seed: Of the reduction to these dimensions.
    """

    item_weights: Mapping[str, float]
    user_weights: Mapping[str, float]
    embedding_size: int
    seed: int

    def fuse(self, data: TrainingData) -> TrainingData:
        """Add the block `fused` of items and of people; directions are learned from the histories' rows."""
        profiles, size, seed = data.profiles, self.embedding_size, self.seed
        known_items = np.unique(profiles.items)
        known_people = np.flatnonzero(profiles.lengths)
        people = FeatureBlocks(profiles.user_ids, profiles.blocks, profiles.names)
        fusing = learn_fusing(people, self.user_weights, known_people, size, seed)
        blocks = with_fused(people, fusing).blocks
        return TrainingData(
            replace(profiles, blocks=dict(blocks), fusing=fusing),
            fuse(data.items, self.item_weights, known_items, size, seed),
        )
