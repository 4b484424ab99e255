"""Features of (user, item) pairs, computed from a history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.ratings.biases import Biases, Ratings, Shrinkage, choose_shrinkage, fit_biases
from tesserec.ratings.neighbours import Matrix, damped_rows, neighbour_means, scale_rows, squared_lengths

FEATURES = ("user", "item", "similar_content", "similar_items", "similar_users")
CONTENT_POWER, CONTENT_SUPPORT = 3.0, 0.3
BEHAVIOUR_POWER, BEHAVIOUR_SUPPORT, BEHAVIOUR_DAMPING = 2.0, 1.0, 1.0


def scale_blocks(blocks: Mapping[str, Matrix]) -> list[Matrix]:
    """Centre dense blocks and scale each block to rows of mean square length 1.

    Args:
        blocks: Features of the items by name, (items, features) each; a row of zeros: nothing is known.

    Returns:
        The blocks in the order of their names, (items + 1, features) each; the last row is empty and stands
        for unknown items.
    """
    scaled: list[Matrix] = []
    for _, block in sorted(blocks.items()):
        known = np.asarray(abs(block).sum(axis=1)).ravel() > 0
        if sp.issparse(block):
            part = sp.csr_matrix(block, dtype=np.float32)
            part = sp.vstack([part, sp.csr_matrix((1, part.shape[1]), dtype=np.float32)], format="csr")
        else:
            centred = np.where(known[:, None], block - block.sum(axis=0) / max(known.sum(), 1), 0.0)
            part = np.vstack([centred, np.zeros((1, block.shape[1]))]).astype(np.float32)
        length = float(np.sqrt(squared_lengths(part).sum() / max(known.sum(), 1)))
        scaled.append(part / length if length > 0 else part)
    return scaled


@dataclass(frozen=True)
class PairFeatures:
    """What a history says about pairs.

    The last position of users and of items stands for everyone and everything that the history does not know.
    A pair's own value stays out of its neighbour means but is part of its biases, so the pairs that a model
    learns from must not be in the history.

    Attributes:
        users: Users of the history.
        items: Every item.
        content: Content of the items in parts, rows of length 1 over all parts, (items + 1, features) each.
        residuals: Ratings less biases, or 1 for what occurred, (users + 1, items + 1).
        biases: Biases, or the logarithms of the numbers of events.
        shrinkage: The shrinkage of the biases.
    """

    users: pd.Index
    items: pd.Index
    content: list[Matrix]
    residuals: sp.csr_matrix
    biases: Biases
    shrinkage: Shrinkage

    @classmethod
    def fit(
        cls,
        observations: pd.DataFrame,
        item_ids: np.ndarray,
        item_blocks: Mapping[str, Matrix],
        *,
        graded: bool,
        shrinkage: Shrinkage | None,
        held_out: pd.DataFrame,
    ) -> Self:
        """Fit on a history.

        Args:
            observations: `user_id`, `item_id`, `value`; one row per pair.
            item_ids: Every item, (items,) str.
            item_blocks: Features of the items by name, (items, features) each.
            graded: Whether values are ratings; otherwise only that a pair occurred counts.
            shrinkage: Shrinkage of the biases; None chooses it on `held_out`.
            held_out: Pairs in the same columns that are not in `observations`; may be empty.

        Returns:
            The features. Cost: that of `fit_biases`, eleven times where shrinkage is chosen.
        """
        users, items = pd.Index(observations["user_id"].unique()), pd.Index(item_ids)
        observations = observations[observations["item_id"].isin(items)]
        blocks = scale_blocks(item_blocks)
        content = sp.hstack([sp.csr_matrix((len(items) + 1, 0)), *map(sp.csr_matrix, blocks)], format="csr")
        ratings = Ratings(
            _positions(users, observations["user_id"]),
            _positions(items, observations["item_id"]),
            observations["value"].to_numpy(float),
            len(users) + 1,
            len(items) + 1,
        )
        chosen = shrinkage or Shrinkage()
        if not graded or len(observations) == 0:
            biases = _log_counts(ratings)
            values = np.ones(len(observations))
        else:
            if shrinkage is None and len(held_out):
                pairs = _positions(users, held_out["user_id"]), _positions(items, held_out["item_id"])
                chosen = choose_shrinkage(ratings, content, *pairs, held_out["value"].to_numpy(float))
            biases = fit_biases(ratings, content, chosen)
            values = ratings.values - biases.predict(ratings.users, ratings.items)
        shape = (ratings.user_count, ratings.item_count)
        residuals = sp.csr_matrix((values, (ratings.users, ratings.items)), shape=shape)
        return cls(users, items, _unit_rows(blocks), residuals, biases, chosen)

    def compute(self, pairs: pd.DataFrame) -> np.ndarray:
        """Compute the features of pairs.

        Args:
            pairs: `user_id`, `item_id`; both may be unknown.

        Returns:
            (pairs, features) in the order of `FEATURES`. Cost: three calls of `neighbour_means`.
        """
        users, items = _positions(self.users, pairs["user_id"]), _positions(self.items, pairs["item_id"])
        by_item = damped_rows(self.residuals.T.tocsr(), BEHAVIOUR_DAMPING)  # (items, users)
        by_user = damped_rows(self.residuals, BEHAVIOUR_DAMPING)  # (users, items)
        behaviour = {"power": BEHAVIOUR_POWER, "shrinkage": BEHAVIOUR_SUPPORT}
        return np.column_stack([
            self.biases.user[users],
            self.biases.item[items],
            neighbour_means(
                self.content, self.residuals, users, items, power=CONTENT_POWER, shrinkage=CONTENT_SUPPORT
            ),
            neighbour_means([by_item], self.residuals, users, items, **behaviour),
            neighbour_means([by_user], self.residuals.T.tocsr(), items, users, **behaviour),
        ])  # fmt: skip

    def baseline(self, features: np.ndarray) -> np.ndarray:
        """Predict from the biases alone, (pairs, features) → (pairs,)."""
        return self.biases.mean + features[:, 0] + features[:, 1]


def _positions(index: pd.Index, ids: pd.Series) -> np.ndarray:
    found = index.get_indexer(ids)
    return np.where(found < 0, len(index), found)


def _unit_rows(parts: list[Matrix]) -> list[Matrix]:
    length = np.sqrt(sum((squared_lengths(part) for part in parts), np.zeros(1)))
    factor = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    return [scale_rows(part, factor) for part in parts]


def _log_counts(ratings: Ratings) -> Biases:
    return Biases(
        0.0,
        np.log1p(np.bincount(ratings.users, minlength=ratings.user_count)),
        np.log1p(np.bincount(ratings.items, minlength=ratings.item_count)),
    )
