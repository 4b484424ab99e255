"""Popularity, overall or of late: the baseline that every other recommender must beat."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tesserec.recommenders.base import Recommender, TrainingData
from tesserec.recommenders.profiles import Profiles


@dataclass
class Popularity(Recommender):
    """Number of people who have an item, with older events counting less.

    Args:
        half_life: Share of the log's events after which an event counts half, in (0, 1]; None: no decay. A
            share, because logs differ in their clocks and in how fast they grow.
    """

    half_life: float | None = None

    def fit(self, data: TrainingData) -> Self:
        """Count the entries of all histories; a dislike counts nothing."""
        profiles = data.profiles.liked()
        decay = np.ones(len(profiles.items))
        if self.half_life is not None and profiles.ordered:
            decay = 0.5 ** (profiles.recency / self.half_life)
        counts = np.bincount(profiles.items, decay, minlength=profiles.n_items)
        # Logarithms keep the tail apart, which a few blockbusters would press into one.
        self.learned = {"scores": (np.log1p(counts) / max(np.log1p(counts.max()), 1e-9)).astype(np.float32)}
        return self

    def score(self, profiles: Profiles, among: np.ndarray | None = None) -> np.ndarray:
        """Return the same scores for everyone, (users, items), as a view that cannot be written to."""
        return np.broadcast_to(self.learned["scores"], (len(profiles), profiles.n_items))
