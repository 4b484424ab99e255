"""How much is known of a person and of an item: what decides whom the fusion believes."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.state import Arrays, Config

# Of a person: how long the history is. Of an item: how many people have it, how long it has been in the log,
# and whether it has a text.
SUPPORTS = ("history", "holders", "age", "text")


@dataclass(frozen=True)
class Support:
    """Scales from 0 (nothing is known) to 1 (as much as is known of anyone or anything).

    Args:
        items: (items, 3) float32: logarithm of the number of people who have the item, share of the log since
            its first event, and 1 if it has a text.
        longest: Length of the longest training history.
    """

    items: np.ndarray
    longest: int

    @classmethod
    def of(cls, data: TrainingData) -> Self:
        """Measure the items and the histories that recommenders are fitted on."""
        profiles = data.profiles.liked()
        counts = np.log1p(np.bincount(profiles.items, minlength=profiles.n_items))
        age = np.zeros(profiles.n_items)
        np.maximum.at(age, profiles.items, profiles.recency)
        text = data.items.blocks.get("text")
        has_text = np.zeros(len(age)) if text is None else (text != 0).any(axis=1)
        columns = (counts / max(counts.max(initial=0), 1), age, has_text)
        return cls(np.stack(columns, axis=1).astype(np.float32), int(profiles.lengths.max(initial=0)))

    def at(self, profiles: Profiles, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the scales of (user, item) pairs, (pairs, supports) float32 in the order of `SUPPORTS`.

        Args:
            profiles: The people.
            users: (pairs,) positions in the profiles.
            items: (pairs,) item positions.
        """
        lengths = np.log1p(profiles.liked().lengths) / np.log1p(max(self.longest, 1))
        return np.column_stack([np.minimum(lengths, 1)[users], self.items[items]]).astype(np.float32)

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        return {"items": self.items}, {"longest": self.longest}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the support that `state` described."""
        return cls(arrays["items"], config["longest"])
