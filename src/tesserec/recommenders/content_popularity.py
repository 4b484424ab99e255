"""How popular an item may be expected to be, told by what it is like."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import Ridge

from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles


@dataclass
class ContentPopularity(Recommender):
    """The popularity that items like this one have: what `Popularity` cannot tell of a new item.

    A ridge regression with an intercept from an item block to `ln(1 + people who like the item)`, learned on
    the items that somebody likes and applied to all. The fit takes `items · features²` multiply-adds for a
    dense block, and time in proportion to the entries of a sparse one.

    Args:
        block: Name of an item feature block.
        regularization: Strength of the L2 penalty, in items.
    """

    block: str = "fused"
    regularization: float = 10.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have no such block."""
        return self.block in data.items.blocks

    def fit(self, data: TrainingData) -> Self:
        """Predict every item's popularity, brought to [0, 1]; the mean where nothing is known of an item."""
        profiles, features = data.profiles.liked(), data.items.blocks[self.block]
        counts = np.bincount(profiles.items, minlength=profiles.n_items)
        liked = np.flatnonzero(counts)
        expected = np.zeros(profiles.n_items, dtype=np.float32)
        if len(liked):
            popularity = np.log1p(counts[liked])
            expected = Ridge(alpha=self.regularization).fit(features[liked], popularity).predict(features)
            unknown = np.asarray((features != 0).sum(axis=1)).ravel() == 0
            expected[unknown] = popularity.mean()
            expected -= expected.min()
        self.learned = {"scores": (expected / max(expected.max(), 1e-9)).astype(np.float32)}
        return self

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> np.ndarray:
        """Return the same scores for everyone, (users, items), as a view that cannot be written to."""
        return np.broadcast_to(self.learned["scores"], (len(profiles), profiles.n_items))
