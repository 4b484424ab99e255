"""From what is known of a person straight to items."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.linear import ridge_inverse
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS
from tesserec.recommenders.sparsity import compact, keep_largest, row_blocks


@dataclass
class FeatureRegression(Recommender):
    """A ridge regression from a user feature block to the items that people with these features have.

    `B = (F'F + regularization · I)⁻¹ F'X`; with one-hot demographics it is the popularity within each group,
    pulled towards nothing where a group is small. Of many items each feature keeps the `depth` largest
    weights: `8 · features · depth` bytes, and a score costs `features of a person · depth`.

    Args:
        block: Name of a user feature block.
        regularization: Strength of the L2 penalty, in people.
        depth: Items with a weight for each feature where there are too many to keep them all.
    """

    block: str = "demographics"
    regularization: float = 10.0
    depth: int = 1_000

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where people have no such block."""
        return self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Solve for the weights, (features, items), in blocks of features."""
        # Nobody knows yet what people without a history like: they are not people who like nothing.
        people = data.profiles.with_history()
        features: Matrix = people.blocks[self.block]
        inverse = ridge_inverse(sp.csr_array(features.T @ features), self.regularization)
        groups = sp.csr_array(features.T @ people.matrix())
        if people.n_items <= DENSE_ITEMS:
            self.learned = {"weights": (inverse @ groups).astype(np.float32)}
            return self
        parts = [sp.csr_array((0, people.n_items), dtype=np.float32)]
        for span in row_blocks(np.full(len(inverse), people.n_items)):
            weights = (inverse[span] @ groups).astype(np.float32)
            strongest = keep_largest(np.abs(weights), self.depth).astype(bool)
            parts.append(sp.csr_array(strongest.multiply(weights)))
        self.learned = {"weights": sp.csr_array(sp.vstack(parts))}
        return self

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return `features @ weights`, (users, items)."""
        features: Matrix = profiles.blocks[self.block]
        weights = self.learned["weights"]
        if isinstance(weights, np.ndarray):
            return np.asarray(features @ weights, dtype=np.float32)
        return compact(sp.csr_array(features) @ weights)
