"""How the fusion turns what its recommenders say of an item into one score."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Self

import numpy as np

from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.gates import ALWAYS, contributions
from tesserec.recommenders.trees import tree_contributions, tree_scores, used_features
from tesserec.state import Arrays, Config

# Enough to order what no other recommender scores, too little to change more than a near tie of others.
FALLBACK_SHARE = 1e-3


@dataclass(frozen=True)
class Form:
    """What kind of blend is learned.

    Args:
        gates: `ALWAYS`: the same weights for all; `GATES`: weights that depend on the support.
        corrected: Whether trees are added to the weighted sum; how many, and how large, the examples decide.
        alone: The only recommender that counts; empty: all do.
    """

    gates: int = ALWAYS
    corrected: bool = False
    alone: str = ""

    def __str__(self) -> str:
        name = f"{self.alone} alone" if self.alone else "weighted sum"
        return f"{name}{' with gates' * (self.gates > ALWAYS)}{' and trees' * self.corrected}"


@dataclass(frozen=True)
class Blend:
    """A weighted sum with gates, corrected by trees where these were found to help.

    Args:
        names: The recommenders, in the order of the columns of the candidates.
        weights: (recommenders, gates), as in `tesserec.recommenders.gates`.
        form: What was learned.
        trees: A LightGBM model as text; empty: none.
    """

    names: Sequence[str]
    weights: np.ndarray
    form: Form
    trees: str = ""

    def with_fallback(self, name: str) -> Self:
        """Give a recommender a little weight wherever it has none: people and items unknown to all others."""
        weights = self.weights.copy()
        weights[list(self.names).index(name), 0] += FALLBACK_SHARE * weights.sum(axis=0).max()
        return replace(self, weights=weights)

    def score(self, candidates: Candidates) -> np.ndarray:
        """Return the score of each row, (rows,)."""
        total = self.sum(candidates)
        return total + tree_scores(self.trees, candidates) if self.trees else total

    def sum(self, candidates: Candidates) -> np.ndarray:
        """Return the weighted sum of each row without the trees, (rows,).

        It does not look at a row's place in any list, so it can score any pair.
        """
        return contributions(candidates, self.weights).sum(axis=1)

    def contributions(self, candidates: Candidates) -> np.ndarray:
        """Split the score of each row over the recommenders, (rows, recommenders + 1).

        The parts sum to the score. The last column holds what belongs to no recommender: what the trees add
        for the support and for everyone.
        """
        parts = np.pad(contributions(candidates, self.weights), ((0, 0), (0, 1)))
        return parts + tree_contributions(self.trees, candidates) if self.trees else parts

    @property
    def used(self) -> set[str]:
        """The recommenders that have any influence."""
        counts = np.asarray((self.weights > 0).any(axis=1))
        if self.trees:
            split_on = used_features(self.trees)[: 2 * len(self.names)].reshape(2, -1)
            counts |= split_on.any(axis=0)
        return {self.names[int(place)] for place in np.flatnonzero(counts)}

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        config = {"names": list(self.names), "form": asdict(self.form), "trees": self.trees}
        return {"weights": self.weights}, config

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the blend that `state` described."""
        return cls(config["names"], arrays["weights"], Form(**config["form"]), config["trees"])


@dataclass(frozen=True)
class Blends:
    """A blend for people with a history, and one for people of whom none is known.

    Args:
        history: For people who like something.
        no_history: For all others.
        depth: Items taken from each recommender's list as candidates.
    """

    history: Blend
    no_history: Blend
    depth: int

    def __post_init__(self) -> None:
        if list(self.history.names) != list(self.no_history.names):
            raise ValueError("the two blends must name the same recommenders in the same order")

    @property
    def names(self) -> Sequence[str]:
        """The recommenders of both blends, in the order of the columns."""
        return self.history.names

    @property
    def used(self) -> set[str]:
        """The recommenders that have any influence in either blend."""
        return self.history.used | self.no_history.used

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        states = {name: blend.state() for name, blend in self._parts().items()}
        arrays = {f"{name}/{key}": array for name in states for key, array in states[name][0].items()}
        return arrays, {"depth": self.depth, **{name: config for name, (_, config) in states.items()}}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the blends that `state` described."""
        parts = {name: {"weights": arrays[f"{name}/weights"]} for name in ("history", "no_history")}
        blends = {name: Blend.from_state(own, config[name]) for name, own in parts.items()}
        return cls(**blends, depth=config["depth"])

    def _parts(self) -> Mapping[str, Blend]:
        return {"history": self.history, "no_history": self.no_history}
