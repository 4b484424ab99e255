"""Features of (user, item) pairs, computed from a history."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.ratings.biases import Biases, Ratings, Shrinkage, fit_biases
from tesserec.ratings.content import ItemContent
from tesserec.ratings.neighbours import damped_rows, neighbour_means

FEATURES = ("user", "item", "similar_content", "similar_items", "similar_users")
CONTENT_POWER, CONTENT_SUPPORT = 3.0, 0.3
BEHAVIOUR_POWER, BEHAVIOUR_SUPPORT, BEHAVIOUR_DAMPING = 2.0, 1.0, 1.0


@dataclass(frozen=True)
class PairFeatures:
    """What a history says about pairs.

    The last position of users and of items stands for everyone and everything that the history does not know.
    A pair's own value stays out of its neighbour means but is part of its biases, so the pairs that a model
    learns from must not be in the history.

    Attributes:
        users: Users of the history.
        content: Content of every item.
        residuals: Ratings less biases, or 1 for what occurred, (users + 1, items + 1).
        biases: Biases, or the logarithms of the numbers of events.
    """

    users: pd.Index
    content: ItemContent
    residuals: sp.csr_matrix
    biases: Biases

    @classmethod
    def fit(
        cls, observations: pd.DataFrame, content: ItemContent, *, graded: bool, shrinkage: Shrinkage
    ) -> Self:
        """Fit on a history.

        Args:
            observations: `user_id`, `item_id`, `value`; one row per pair.
            content: Content of every item.
            graded: Whether values are ratings; otherwise only that a pair occurred counts.
            shrinkage: Shrinkage of the biases.

        Returns:
            The features. Cost: that of `fit_biases`.
        """
        users, ratings = collect_ratings(observations, content.items)
        if not graded or len(ratings.values) == 0:
            biases = _log_counts(ratings)
            values = np.ones(len(ratings.values))
        else:
            biases = fit_biases(ratings, content.features, shrinkage)
            values = ratings.values - biases.predict(ratings.users, ratings.items)
        shape = (ratings.user_count, ratings.item_count)
        residuals = sp.csr_matrix((values, (ratings.users, ratings.items)), shape=shape)
        return cls(users, content, residuals, biases)

    def compute(self, pairs: pd.DataFrame) -> np.ndarray:
        """Compute the features of pairs.

        Args:
            pairs: `user_id`, `item_id`; both may be unknown.

        Returns:
            (pairs, features) in the order of `FEATURES`. Cost: three calls of `neighbour_means`.
        """
        users = places(self.users, pairs["user_id"])
        items = places(self.content.items, pairs["item_id"])
        by_item = damped_rows(self.residuals.T.tocsr(), BEHAVIOUR_DAMPING)  # (items, users)
        by_user = damped_rows(self.residuals, BEHAVIOUR_DAMPING)  # (users, items)
        behaviour = {"power": BEHAVIOUR_POWER, "shrinkage": BEHAVIOUR_SUPPORT}
        return np.column_stack([
            self.biases.user[users],
            self.biases.item[items],
            neighbour_means(
                self.content.unit,
                self.residuals,
                users,
                items,
                power=CONTENT_POWER,
                shrinkage=CONTENT_SUPPORT,
            ),
            neighbour_means([by_item], self.residuals, users, items, **behaviour),
            neighbour_means([by_user], self.residuals.T.tocsr(), items, users, **behaviour),
        ])  # fmt: skip

    def baseline(self, features: np.ndarray) -> np.ndarray:
        """Predict from the biases alone, (pairs, features) → (pairs,)."""
        return self.biases.mean + features[:, 0] + features[:, 1]


def collect_ratings(observations: pd.DataFrame, items: pd.Index) -> tuple[pd.Index, Ratings]:
    """Turn ratings of known items into positions; return the users and the ratings.

    Args:
        observations: `user_id`, `item_id`, `value`; one row per pair.
        items: Every item.
    """
    users = pd.Index(observations["user_id"].unique())
    known = observations[observations["item_id"].isin(items)]
    return users, Ratings(
        places(users, known["user_id"]),
        places(items, known["item_id"]),
        known["value"].to_numpy(float),
        len(users) + 1,
        len(items) + 1,
    )


def places(index: pd.Index, ids: pd.Series) -> np.ndarray:
    """Return the position of each id, the one after the last for an unknown id."""
    found = index.get_indexer(ids)
    return np.where(found < 0, len(index), found)


def _log_counts(ratings: Ratings) -> Biases:
    return Biases(
        0.0,
        np.log1p(np.bincount(ratings.users, minlength=ratings.user_count)),
        np.log1p(np.bincount(ratings.items, minlength=ratings.item_count)),
    )
