"""From what is known of a person straight to items."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.linear import ridge_inverse
from tesserec.recommenders.profiles import Profiles


@dataclass
class FeatureRegression(Recommender):
    """A ridge regression from a user feature block to the items that people with these features have.

    `B = (F'F + regularization · I)⁻¹ F'X`; with one-hot demographics it is the popularity within each group,
    pulled towards nothing where a group is small.

    Args:
        block: Name of a user feature block.
        regularization: Strength of the L2 penalty, in people.
    """

    block: str = "demographics"
    regularization: float = 10.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where people have no such block."""
        return self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Solve for the weights, (features, items)."""
        # Nobody knows yet what people without a history like: they are not people who like nothing.
        people = data.profiles.with_history()
        features: Matrix = people.blocks[self.block]
        inverse = ridge_inverse(sp.csr_array(features.T @ features), self.regularization)
        self.learned = {"weights": (inverse @ (features.T @ people.matrix())).astype(np.float32)}
        return self

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return `features @ weights`, (users, items)."""
        features: Matrix = profiles.blocks[self.block]
        return np.asarray(features @ self.learned["weights"], dtype=np.float32)
