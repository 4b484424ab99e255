"""Recommenders that reach items through what is known of them, so that new items can be recommended."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.features.whitening import latent, project, whiten, whitening_of
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.likeness import all_likenesses, nearest
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import DENSE_ITEMS, weights_between
from tesserec.recommenders.sparsity import compact


@dataclass
class ContentKernel(Recommender):
    """Items whose features resemble those of the history.

    The weight between items `i` and `j` is `max(z_i · z_j, 0) ** power`, where `z` are the whitened,
    normalised rows of an item block. High powers look for close matches, low ones for a general drift.

    With up to `DENSE_ITEMS` items all weights are computed at the first use: `items² · dimensions`
    multiply-adds and `4 · items²` bytes, which are not saved; a score then costs `history · items`. Beyond
    that each item keeps its nearest `neighbours` only: the same time at the fit, `8 · items · neighbours`
    bytes, and a score costs `history · neighbours`. One core that multiplies bfloat16 takes 2 s for 12,000
    items and 28 s for 50,000, then 0.1 ms for a person with ten items.

    Args:
        block: Name of an item feature block.
        dimensions: Principal directions kept, of a sparse block after latent semantic analysis; None: the
            block is used as it is.
        whitening: How far the kept directions are brought to equal variance: each is scaled by its variance
            to the power `-whitening / 2`; 1 is full whitening (Su et al. 2021, arXiv:2103.15316), 0 none.
        power: Exponent of the similarity.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
        neighbours: Items kept per item where not all weights are.
        max_memory_gb: GiB that all weights may take; where they need more, the nearest are kept.
        seed: Of the reduction of sparse blocks.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 1.0
    power: float = 3.0
    half_life: float | None = 2.0
    neighbours: int = 200
    max_memory_gb: float = 8.0
    seed: int = 0
    _weights: np.ndarray | None = field(default=None, init=False, repr=False, compare=False)

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have no such block."""
        return self.block in data.items.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories, and apply it to all."""
        block = data.items.blocks[self.block]
        if self.dimensions is not None:
            known = np.unique(data.profiles.items)
            if not isinstance(block, np.ndarray):
                block = latent(block, known, self.dimensions, self.seed)
            block = whiten(block, known, self.dimensions, self.whitening)
        vectors = unit_rows(block)
        self._weights = None
        if fits(len(data.items), self.max_memory_gb):
            self.learned = {"vectors": vectors}
        else:
            self.learned = {"weights": nearest(vectors, vectors, self.power, self.neighbours, same=True)}
        return self

    def prepare(self) -> None:
        """Compute the weights."""
        _ = self.weights

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life, weighted=True)

    def score(self, profiles: Profiles) -> Matrix:
        """Return the histories' summed likeness to each item, (users, items)."""
        scores = self.history_weights(profiles) @ self.weights
        return scores if isinstance(scores, np.ndarray) else compact(scores)

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weights of pairs of items, (pairs,)."""
        return weights_between(self.weights, history, items)

    @property
    def weights(self) -> Matrix:
        """The weights between items, (items, items), as far as they are kept."""
        if "weights" in self.learned:
            return self.learned["weights"]
        if self._weights is None:
            vectors = self.learned["vectors"]
            weights = all_likenesses(vectors, vectors, self.power)
            # An item says nothing about itself.
            np.fill_diagonal(weights, 0)
            self._weights = weights
        return self._weights


@dataclass
class TextMatch(Recommender):
    """Items whose text resembles what the user wrote.

    The score is `max(u · z_j, 0) ** power` between a user block and the item block in the same space: mean
    embeddings of what the user wrote, or its words. It takes `users · items · dimensions` multiply-adds; with
    more than `DENSE_ITEMS` items each user keeps the best `neighbours` only.

    Args:
        block: `text` or `lexical`, a block of both users and items.
        dimensions: Principal directions kept of a dense block; None: the block is used as it is.
        whitening: As in `ContentKernel`.
        power: Exponent of the similarity.
        neighbours: Items that are scored for each user where not all are.
        max_memory_gb: As in `ContentKernel`.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 0.5
    power: float = 1.0
    neighbours: int = 200
    max_memory_gb: float = 8.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where items or people have no text."""
        return self.block in data.items.blocks and self.block in data.profiles.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories."""
        block = data.items.blocks[self.block]
        self.learned = {}
        if isinstance(block, np.ndarray) and self.dimensions is not None:
            known = np.unique(data.profiles.items)
            centre, directions = whitening_of(block, known, self.dimensions, self.whitening)
            self.learned = {"centre": centre, "directions": directions}
            block = project(block, centre, directions)
        self.learned["vectors"] = unit_rows(block)
        return self

    def score(self, profiles: Profiles) -> Matrix:
        """Return the likeness of each user's texts to each item, (users, items); 0 without texts."""
        people, items = profiles.blocks[self.block], self.learned["vectors"]
        if "centre" in self.learned:
            people = project(people, self.learned["centre"], self.learned["directions"])
        if fits(items.shape[0], self.max_memory_gb):
            return all_likenesses(unit_rows(people), items, self.power)
        return compact(nearest(unit_rows(people), items, self.power, self.neighbours))


def fits(n_items: int, max_memory_gb: float) -> bool:
    """Tell whether a number for every pair of items is affordable."""
    return n_items <= DENSE_ITEMS and 4 * n_items**2 <= max_memory_gb * 2**30
