"""The fusion: the candidates of all recommenders, ranked by a blend that was learned on validation data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender, TrainingData, fit_all, score_all
from tesserec.recommenders.blend import Blend, Blends
from tesserec.recommenders.candidates import Candidates, normalised_at, unite_lists
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.support import Support
from tesserec.state import Arrays, Config


@dataclass
class Fusion:
    """Two stages: every recommender proposes items, and a blend ranks the union of their lists.

    Args:
        recommenders: Fitted recommenders by name; those that the blends do not use are left out.
        blends: How their scores become one.
        support: Of the data that the recommenders were fitted on.
    """

    recommenders: Mapping[str, Recommender]
    blends: Blends
    support: Support

    def __post_init__(self) -> None:
        used = self.blends.used
        self.recommenders = {name: model for name, model in self.recommenders.items() if name in used}

    @classmethod
    def fit(cls, recommenders: Mapping[str, Recommender], blends: Blends, data: TrainingData) -> Self:
        """Fit the recommenders that the blends use, as far as the data has something for them."""
        wanted = {name: model for name, model in recommenders.items() if name in blends.used}
        return cls(fit_all(wanted, data), blends, Support.of(data))

    def raw_scores(self, profiles: Profiles, among: np.ndarray | None = None) -> dict[str, Matrix]:
        """Return the scores of each recommender, (users, items); see `Recommender.score`."""
        return score_all(self.recommenders, profiles, among)

    def propose(
        self, lists: Mapping[str, np.ndarray], scores: Mapping[str, Matrix], profiles: Profiles
    ) -> Candidates:
        """Return the union of the recommenders' lists.

        Args:
            lists: (users, length) item positions by recommender, as `list_items` returns them, of the
                fusion's own recommenders and maybe of others. `blends.depth` is the length to learn with.
            scores: Raw scores of the same recommenders.
            profiles: A block of profiles.
        """
        return unite_lists(self.blends.names, self.recommenders, lists, scores, profiles, self.support)

    def score(self, candidates: Candidates, profiles: Profiles) -> np.ndarray:
        """Return the score of each row of the candidates, (rows,)."""
        return self._by_group(Blend.score, candidates, profiles)

    def contributions(self, candidates: Candidates, profiles: Profiles) -> np.ndarray:
        """Split the scores over the recommenders, (rows, recommenders + 1); see `Blend.contributions`."""
        return self._by_group(Blend.contributions, candidates, profiles)

    def score_pairs(self, profiles: Profiles, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return the weighted sum of any (user, item) pairs, (pairs,).

        Args:
            profiles: A block of profiles.
            users: (pairs,) positions in the profiles, in ascending order.
            items: (pairs,) positions.
        """
        raw = self.raw_scores(profiles)
        scores = normalised_at(self.blends.names, self.recommenders, raw, profiles, users, items)
        indptr = np.searchsorted(users, np.arange(len(profiles) + 1))
        support = self.support.at(profiles, users, items)
        rows = Candidates(indptr, items, scores, np.zeros_like(scores), support)
        return self._by_group(Blend.sum, rows, profiles)

    def _by_group(
        self, of: Callable[[Blend, Candidates], np.ndarray], candidates: Candidates, profiles: Profiles
    ) -> np.ndarray:
        """Ask for each row the blend of the group that its person belongs to."""
        known = (profiles.liked().lengths > 0)[candidates.users]
        result = of(self.blends.history, candidates)
        if not known.all():
            unknown = np.flatnonzero(~known)
            result[unknown] = of(self.blends.no_history, candidates.take_rows(unknown))
        return result

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        states = {f"recommenders/{name}": model.state() for name, model in self.recommenders.items()}
        states |= {"blends": self.blends.state(), "support": self.support.state()}
        arrays = {f"{part}/{key}": array for part in states for key, array in states[part][0].items()}
        return arrays, {"parts": {part: config for part, (_, config) in states.items()}}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the fusion that `state` described."""
        parts = config["parts"]
        own = {
            part: {k.removeprefix(f"{part}/"): a for k, a in arrays.items() if k.startswith(f"{part}/")}
            for part in parts
        }
        models = {
            part.removeprefix("recommenders/"): Recommender.from_state(own[part], parts[part])
            for part in parts
            if part.startswith("recommenders/")
        }
        blends = Blends.from_state(own["blends"], parts["blends"])
        return cls(models, blends, Support.from_state(own["support"], parts["support"]))
