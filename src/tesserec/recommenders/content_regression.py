"""A linear model from the content of a history to the content that people choose with it."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp
from scipy.linalg import cholesky, eigh, solve_triangular

from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.factored import FactorModel
from tesserec.recommenders.likeness import pair_products
from tesserec.recommenders.pairs import successions
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS
from tesserec.recommenders.stacking import stack_blocks

# Numbers of features of users that are held at once.
NUMBERS = 16_000_000
# Columns of the factors of `B` where there are many items: a score costs that times the items.
RANK = 512


@dataclass
class ContentRegression(FactorModel):
    """Which content people choose with, or after, which: linear models of behaviour that reach new items.

    With the features `F` of the items, `B = F · (G + regularization · I)⁻¹ C · (F'F + item_regularization ·
    I)⁻¹ · F'`: a ridge regression from the summed features of a history to those of what was chosen besides,
    and one from features to items.

    - Without an order, `G = Z'Z` and `C = Z'Z - F'DF`, where `Z = XF` sums the features of histories `X`
      that are scaled to length 1, and `D = diag(X'X)` takes out what each item says about itself: EASE
      (Steck 2019, arXiv:1905.03375) in the space of what items are like.
    - With an order, `G = F'S'SF` and `C = F'S'TF`, where the rows of `S` and `T` are the decayed items before
      and after each point of a history: `LinearSequence` in that space.

    A kernel finds what is alike. This also learns that conditioner follows shampoo, and what all people like.

    The fit takes `features²` multiply-adds per person, item and pair of neighbours in a history, and
    `8 · features · items` bytes; a score `features · (history + items)` multiply-adds. With more than
    `DENSE_ITEMS` items `B` gives way to the nearest matrix of rank `RANK`.

    Args:
        blocks: Names of item feature blocks; those that the data lacks are passed over.
        dimensions: Columns to which a wide sparse block is reduced.
        regularization: Strength of the first L2 penalty, in people or prefixes.
        item_regularization: Strength of the second L2 penalty, in items.
        source_half_life: Items, back from a point of a history; None: learn without an order.
        target_half_life: Items, on from that point.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        seed: Of the reduction of wide blocks.
    """

    blocks: list[str] = field(
        default_factory=lambda: ["text", "lexical", "categories", "numbers", "relations"]
    )
    dimensions: int = 512
    regularization: float = 30.0
    item_regularization: float = 10.0
    source_half_life: float | None = None
    target_half_life: float = 1.0
    half_life: float | None = None
    seed: int = 0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have none of the blocks, or an order is asked for that nobody knows."""
        orderly = self.source_half_life is None or data.profiles.ordered
        return orderly and bool(data.items.select(self.blocks))

    def fit(self, data: TrainingData) -> Self:
        """Learn the weights between features from histories with two items or more."""
        profiles = data.profiles.liked()
        known = np.unique(profiles.items)
        features = stack_blocks(data.items.blocks, self.blocks, known, self.dimensions, self.seed)
        if self.source_half_life is None:
            gram, cross = _chosen_together(profiles, features)
        else:
            gram, cross = (
                features.T @ (counts @ features)
                for counts in successions(profiles, self.source_half_life, self.target_half_life)
            )
        identity = np.eye(features.shape[1])
        taste = np.linalg.solve(gram + self.regularization * identity, cross)
        sample = features[known].astype(np.float64)
        items = sample.T @ sample + self.item_regularization * identity
        gives = features @ np.linalg.solve(items, taste.T).T.astype(np.float32)
        if len(features) > DENSE_ITEMS:
            gives, features = _low_rank(gives, features, RANK)
        self.learned = {"gives": gives, "items": features}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life)

    def people_factors(self, profiles: Profiles) -> np.ndarray:
        """Return what content is chosen with that of the histories, (users, columns)."""
        return np.asarray(self.history_weights(profiles) @ self.learned["gives"])

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the entries of `B` of pairs of items, (pairs,)."""
        return pair_products(self.learned["gives"], self.item_factors, history, items)


def _chosen_together(profiles: Profiles, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return `Z'Z` and `Z'Z - F'DF`, (features, features) float64, adding up blocks of users."""
    width = features.shape[1]
    gram = np.zeros((width, width))
    counts = np.zeros(len(features), dtype=np.float32)
    several = profiles.take(np.flatnonzero(profiles.lengths > 1))
    for _, block in several.in_blocks(max(1, NUMBERS // width)):
        scaled = sp.csr_array(block.matrix() / np.sqrt(block.lengths, dtype=np.float32)[:, None])
        summed = scaled @ features
        gram += summed.T @ summed
        counts += scaled.power(2).sum(axis=0)
    return gram, gram - (features * counts[:, None]).T @ features


def _low_rank(left: np.ndarray, right: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Return factors of the nearest matrix to `left @ right.T` of a rank, both (items, rank) float32.

    The truncated singular value decomposition (Eckart and Young 1936, doi:10.1007/BF02288367), by way of
    `right = Q R`, whose orthogonal `Q` leaves the singular values of `left @ R.T` as they are.

    Args:
        left: (items, columns).
        right: (items, columns).
        rank: Columns to keep, or as many as there are.
    """
    gram = right.T.astype(np.float64) @ right
    # A little more than rounding keeps columns that depend on each other apart.
    gram.flat[:: len(gram) + 1] += 1e-9 * np.trace(gram) + np.finfo(float).tiny
    lower = cholesky(gram, lower=True)
    turned = left @ lower
    strongest = eigh(turned.T @ turned)[1][:, ::-1][:, :rank]
    orthogonal = right @ solve_triangular(lower, strongest, lower=True, trans="T")
    return (turned @ strongest).astype(np.float32), orthogonal.astype(np.float32)
