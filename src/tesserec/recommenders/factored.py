"""Recommenders whose scores are inner products of what is known of a person and of an item."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.likeness import all_products, nearest, pair_products
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS, entries_at


@dataclass
class FactorModel(Recommender):
    """A recommender that scores by `person · item`, which needs no number for a pair of items.

    `fit` leaves the factors of items in `learned["items"]`, (items, factors).

    A score of all items costs `items · factors` multiply-adds for each person. With more than `DENSE_ITEMS`
    items only the best are listed; they are found in products that may be rounded, while the score of a pair
    never is.

    Args:
        depth: Items that are listed for each person where there are too many to score them all.
    """

    depth: int = 500

    @abstractmethod
    def people_factors(self, profiles: Profiles) -> Matrix:
        """Return the factors of people, (users, factors); 0 for those of whom it knows nothing."""

    @property
    def item_factors(self) -> Matrix:
        """The factors of items, (items, factors)."""
        return self.learned["items"]

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> Matrix:
        """Return the products of the factors, (users, items); of many items those of the best only."""
        people, items = self.people_factors(profiles), self.item_factors
        if items.shape[0] > DENSE_ITEMS:
            return nearest(people, items, 1.0, self.depth, among=among)
        return all_products(people, items)

    def score_pairs(
        self, profiles: Profiles, scores: Matrix, users: np.ndarray, items: np.ndarray
    ) -> np.ndarray:
        """Return the products of the factors of pairs, (pairs,)."""
        if isinstance(scores, np.ndarray):
            return entries_at(scores, users, items)
        return pair_products(self.people_factors(profiles), self.item_factors, users, items)
