"""Recommenders that reach items through what is known of them, so that new items can be recommended."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
import torch
from scipy.linalg import eigh

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles

BLOCK = 4_096


@dataclass
class ContentKernel(Recommender):
    """Items whose features resemble those of the history.

    The weight between items `i` and `j` is `max(z_i · z_j, 0) ** power`, where `z` are the whitened,
    normalised rows of an item block. High powers look for close matches, low ones for a general drift.

    Args:
        block: Name of an item feature block.
        dimensions: Principal directions kept of a dense block; None: the block is used as it is.
        whitening: How far the kept directions are brought to equal variance: each is scaled by its variance
            to the power `-whitening / 2`; 1 is full whitening (Su et al. 2021, arXiv:2103.15316), 0 none.
        power: Exponent of the similarity.
        half_life: Items of history after which an entry of a profile counts half; None: no decay.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 1.0
    power: float = 3.0
    half_life: float | None = 2.0

    def applies_to(self, data: TrainingData) -> bool:
        """Sit out where the items have no such block."""
        return self.block in data.items.blocks

    def fit(self, data: TrainingData) -> Self:
        """Learn the whitening from the items that occur in the histories, and apply it to all."""
        block = data.items.blocks[self.block]
        if isinstance(block, np.ndarray) and self.dimensions is not None:
            block = whiten(block, np.unique(data.profiles.items), self.dimensions, self.whitening)
        self.learned = {"vectors": unit_rows(block)}
        return self

    def history_weights(self, profiles: Profiles) -> sp.csr_array:
        """Return the decayed histories, (users, items)."""
        return profiles.liked().matrix(self.half_life, weighted=True)

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return the histories' summed likeness to each item, (users, items).

        Takes `history items × items × dimensions` multiply-adds for a block of users and a buffer of
        `history items × 4,096` numbers.
        """
        history = self.history_weights(profiles)
        if self.power == 1 and not isinstance(self.learned["vectors"], np.ndarray):
            return self._summed_first(history)
        touched = np.unique(history.indices)
        history = history[:, touched]
        scores = np.empty((len(profiles), profiles.n_items), dtype=np.float32)
        for start in range(0, profiles.n_items, BLOCK):
            block = np.arange(start, min(start + BLOCK, profiles.n_items))
            scores[:, block] = history @ self._likeness(touched, block)
        return scores

    def _summed_first(self, history: sp.csr_array) -> np.ndarray:
        """Return the same scores by way of the summed vectors of the histories, which are far fewer.

        Only for sparse blocks and power 1: their entries are not negative, so nothing is there to clip.
        """
        vectors = sp.csr_array(self.learned["vectors"])
        scores = ((history @ vectors) @ vectors.T).toarray()
        users, items = history.nonzero()
        # An item says nothing about itself.
        scores[users, items] -= history.data * (np.diff(vectors.indptr)[items] > 0)
        return scores

    def item_weights(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the kernel between the given items, (history, items)."""
        return self._likeness(history, items)

    def _likeness(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        vectors = self.learned["vectors"]
        dense = clipped_power(vectors[rows] @ vectors[columns].T, self.power)
        # An item says nothing about itself.
        _, same_row, same_column = np.intersect1d(rows, columns, assume_unique=True, return_indices=True)
        dense[same_row, same_column] = 0
        return dense


@dataclass
class TextMatch(Recommender):
    """Items whose text resembles what the user wrote.

    The score is `max(u · z_j, 0) ** power` between a user block and the item block in the same space: mean
    embeddings of what the user wrote, or its words.

    Args:
        block: `text` or `lexical`, a block of both users and items.
        dimensions: Principal directions kept of a dense block; None: the block is used as it is.
        whitening: As in `ContentKernel`.
        power: Exponent of the similarity.
    """

    block: str = "text"
    dimensions: int | None = 256
    whitening: float = 0.5
    power: float = 1.0

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

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return the likeness of each user's texts to each item, (users, items); 0 without texts."""
        people = profiles.blocks[self.block]
        if "centre" in self.learned:
            people = project(people, self.learned["centre"], self.learned["directions"])
        return clipped_power(unit_rows(people) @ self.learned["vectors"].T, self.power)


def clipped_power(likeness: Matrix, power: float) -> np.ndarray:
    """Return `max(likeness, 0) ** power` as a dense array; a dense argument is overwritten.

    torch has fast, parallel paths for the usual exponents; numpy's power would take most of the time here.
    """
    dense = likeness if isinstance(likeness, np.ndarray) else likeness.toarray()
    return torch.from_numpy(dense).clamp_(min=0).pow_(power).numpy()


def whitening_of(
    vectors: np.ndarray, fitted_on: np.ndarray, dimensions: int, whitening: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre, (features,), and the scaled principal directions, (features, dimensions).

    Args:
        vectors: (rows, features); zero rows are missing and take no part.
        fitted_on: Rows that may be learned from; without any, nothing is known and all rows are used.
        dimensions: Principal directions kept, at most half as many as there are rows to learn from.
        whitening: 1 brings them to equal variance, 0 leaves their variances.
    """
    present = np.flatnonzero(np.any(vectors, axis=1))
    known = np.intersect1d(present, fitted_on)
    sample = vectors[known if len(known) > 1 else present].astype(np.float64)
    if len(sample) == 0:
        return np.zeros(vectors.shape[1], np.float32), np.eye(vectors.shape[1], dtype=np.float32)
    centre = sample.mean(axis=0)
    variances, directions = eigh(np.atleast_2d(np.cov(sample.T, bias=True)))
    kept = np.argsort(-variances)[: min(dimensions, max(len(sample) // 2, 1))]
    kept = kept[variances[kept] > variances.max() * 1e-6]
    scaled = directions[:, kept] * variances[kept] ** (-whitening / 2)
    return centre.astype(np.float32), scaled.astype(np.float32)


def project(vectors: np.ndarray, centre: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return the whitened vectors, (rows, dimensions); zero rows stay zero."""
    present = np.any(vectors, axis=1, keepdims=True)
    return ((vectors - centre) @ directions * present).astype(np.float32)


def whiten(vectors: Matrix, fitted_on: np.ndarray, dimensions: int, whitening: float) -> np.ndarray:
    """Learn the whitening and apply it to the same vectors, (rows, dimensions)."""
    return project(vectors, *whitening_of(vectors, fitted_on, dimensions, whitening))
