"""What is done to lists after they were ranked, each step off unless a parameter asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import Eligible
from tesserec.reranking.exclusions import Exclusions
from tesserec.reranking.rules import Adjustment
from tesserec.reranking.selection import NO_ITEM, Cap, Diversity, normalise, select

# What the lists are called after each step alone, and after all of them.
STEPS = {
    "passing": "filtered",
    "exclusions": "excluded",
    "boosts": "boosted",
    "damping": "damped",
    "caps": "capped",
    "diversity": "diverse",
}
ALL_STEPS = "re-ranked"


@dataclass(frozen=True)
class ReRanking:
    """The steps after ranking; without any, lists stay as they are and nothing is computed.

    Args:
        depth: Candidates per person among which boosts, damping, caps and diversity choose.
        passing: (items,) bool, the items that pass the filters.
        exclusions: Items that are not to be recommended.
        boosts: What is done to the items' normalised scores.
        damping: (items,) float32, taken off the items' normalised scores for being popular.
        caps: Limits on items that share a value.
        diversity: How much a list must vary.
    """

    depth: int
    passing: np.ndarray | None = None
    exclusions: Exclusions | None = None
    boosts: Adjustment | None = None
    damping: np.ndarray | None = None
    caps: tuple[Cap, ...] | None = None
    diversity: Diversity | None = None

    @property
    def active(self) -> list[str]:
        """Names of the fields that do something."""
        return [name for name in STEPS if getattr(self, name) is not None]

    @property
    def _reorders(self) -> bool:
        return bool({"boosts", "damping", "caps", "diversity"} & set(self.active))

    def each(self) -> Mapping[str, "ReRanking"]:
        """Return each active step alone under its name, and all together if there is more than one."""
        alone = {STEPS[name]: ReRanking(self.depth, **{name: getattr(self, name)}) for name in self.active}
        return alone | ({ALL_STEPS: self} if len(alone) > 1 else {})

    def candidates_needed(self, list_length: int) -> int:
        """Return how many candidates per person `rerank` wants for lists of a length."""
        return max(self.depth, list_length) if self._reorders else list_length

    def restrict(self, eligible: Eligible, user_ids: np.ndarray) -> Eligible:
        """Leave out what filters and exclusions forbid, before candidates are chosen: lists stay full.

        Args:
            eligible: Who may be recommended what.
            user_ids: (users,) ids of the same people.
        """
        competing, taken = eligible.competing, eligible.taken
        if self.passing is not None:
            competing = competing & self.passing
        if self.exclusions is not None:
            competing = competing.copy()
            competing[self.exclusions.everyone] = False
            taken = sp.csr_array(taken + self.exclusions.of(user_ids))
        return Eligible(competing, taken)

    def rerank(
        self, items: np.ndarray, scores: np.ndarray, list_length: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Choose and order the final lists of a block of people.

        A score stays what the ranking gave: the steps change an item's place, not what is known of it.

        Args:
            items: (users, depth) candidate positions, best first, -1 where there is none.
            scores: (users, depth) float32.
            list_length: Places per list.

        Returns:
            Items, (users, list_length) int, -1 where none is left, and their scores, (users, list_length)
            float32, 0 where there is no item.
        """
        if not items.shape[1]:
            items, scores = np.full((len(items), 1), NO_ITEM), np.zeros((len(items), 1), np.float32)
        relevance = self._relevance(items, scores) if self._reorders else scores
        columns = select(items, relevance, list_length, diversity=self.diversity, caps=self.caps or ())
        listed = columns != NO_ITEM
        places = np.where(listed, columns, 0)
        final = np.where(listed, np.take_along_axis(items, places, axis=1), NO_ITEM)
        return final, np.where(listed, np.take_along_axis(scores, places, axis=1), 0).astype(np.float32)

    def _relevance(self, items: np.ndarray, scores: np.ndarray) -> np.ndarray:
        relevance = normalise(scores, items != NO_ITEM)
        if self.boosts is not None:
            relevance = self.boosts.factor[items] * relevance + self.boosts.add[items]
        if self.damping is not None:
            relevance = relevance - self.damping[items]
        return relevance


def popularity_damping(profiles: Profiles, strength: float) -> np.ndarray:
    """Return `strength · ln(1 + n_i) / ln(1 + max n)` where `n_i` people like an item, (items,) float32.

    At strength 1 the most popular item loses as much as lies between a person's best and worst candidate.
    """
    liked = np.bincount(profiles.liked().items, minlength=profiles.n_items)
    return (strength * np.log1p(liked) / max(np.log1p(liked.max(initial=0)), 1e-9)).astype(np.float32)
