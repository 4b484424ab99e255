"""The fusion: a weighted sum of recommenders whose weights were learned on validation data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from tesserec.recommenders.base import Recommender
from tesserec.recommenders.profiles import Profiles
from tesserec.state import Arrays, Config

GROUPS = ("history", "no_history")


@dataclass
class Fusion:
    """A non-negative combination of recommenders, with other weights for people without a history.

    Each recommender's scores are first divided by their root mean square over the items, user by user, so
    that a weight means the same for a long history and for a short one. The sum stays additive: what a
    recommender gave to a score, its raw score times `factors`, can be read off exactly.

    Args:
        recommenders: Recommenders by name; those without a weight in any group are left out.
        weights: For each group of `GROUPS`, a weight for each recommender.
    """

    recommenders: Mapping[str, Recommender]
    weights: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        used = {name for group in GROUPS for name, weight in self.weights[group].items() if weight > 0}
        self.recommenders = {name: model for name, model in self.recommenders.items() if name in used}

    def factors(self, name: str, scores: np.ndarray, profiles: Profiles) -> np.ndarray:
        """Return what a recommender's raw scores are multiplied by for each profile, (users, 1)."""
        with_history, without = (np.float32(self.weights[group].get(name, 0)) for group in GROUPS)
        cold = profiles.liked().lengths == 0
        return np.where(cold, without, with_history)[:, None] / size_of(scores)

    def combine(self, scores: Mapping[str, np.ndarray], profiles: Profiles) -> np.ndarray:
        """Return the fused scores of raw scores by recommender, (users, items) float32."""
        total = np.zeros((len(profiles), profiles.n_items), dtype=np.float32)
        for name in self.recommenders:
            total += scores[name] * self.factors(name, scores[name], profiles)
        return total

    def score(self, profiles: Profiles) -> np.ndarray:
        """Return the fused scores, (users, items) float32."""
        scores = {name: recommender.score(profiles) for name, recommender in self.recommenders.items()}
        return self.combine(scores, profiles)

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        states = {name: recommender.state() for name, recommender in self.recommenders.items()}
        arrays = {f"{name}/{key}": array for name in states for key, array in states[name][0].items()}
        models = {name: config for name, (_, config) in states.items()}
        return arrays, {"recommenders": models, "weights": {g: dict(w) for g, w in self.weights.items()}}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the fusion that `state` described."""
        models = {}
        for name, model in config["recommenders"].items():
            own = {k.removeprefix(f"{name}/"): a for k, a in arrays.items() if k.startswith(f"{name}/")}
            models[name] = Recommender.from_state(own, model)
        return cls(models, config["weights"])


def weighted_fusion(recommenders: Mapping[str, Recommender], table: pd.DataFrame) -> Fusion:
    """Join recommenders by a table of weights: recommender, weight and weight_without_history."""
    columns = dict(zip(GROUPS, ("weight", "weight_without_history"), strict=True))
    weights = table.set_index("recommender")
    return Fusion(recommenders, {group: weights[column].to_dict() for group, column in columns.items()})


def size_of(scores: np.ndarray) -> np.ndarray:
    """Return the root mean square of each user's scores over the items, (users, 1); 1 where all are zero."""
    size = np.sqrt(np.mean(np.square(scores), axis=1, keepdims=True))
    return np.where(size > 0, size, 1).astype(np.float32)
