"""What lists are set against: the histories of the people, the catalogue, and what everybody is shown."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec import metrics
from tesserec.evaluation.groups import Groups
from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics.ranking import NO_ITEM
from tesserec.recommenders.base import TrainingData

BASELINE = "popularity"


@dataclass(frozen=True)
class Background:
    """What is known of the people and the items of a task, beside what they look for.

    Args:
        task: People, their targets, and the items that compete.
        holders: (items,) number of training users who have each item.
        training_users: Number of training users.
        owned: (users,) mean popularity of each person's liked items; NaN without any.
        vectors: (items, dimensions) embeddings; None: diversity is left out.
        categories: (items, categories) membership; None: calibration is left out.
        mix: (users, categories) share of each category in each person's liked items.
        expected: (users, k) what popularity lists of the items that anybody has; None: serendipity is left
            out.
    """

    task: HeldOut
    holders: np.ndarray
    training_users: int
    owned: np.ndarray
    vectors: np.ndarray | None
    categories: sp.csr_array | None
    mix: sp.csr_array | None
    expected: np.ndarray | None

    @classmethod
    def of(
        cls, task: HeldOut, data: TrainingData, categories: Groups | None, popular: np.ndarray | None
    ) -> Self:
        """Collect the background of a task.

        Args:
            task: People and targets.
            data: The training data of the stage.
            categories: Of the items; None without any.
            popular: (users, k) the lists of the recommender `popularity`; None if it is not run.
        """
        holders = count_holders(data)
        liked = task.profiles.matrix()  # (users, items)
        owned = np.divide(
            liked @ (holders / max(_training_users(data), 1)),
            liked.sum(axis=1),
            out=np.full(len(task.profiles), np.nan),
            where=liked.sum(axis=1) > 0,
        )
        members = None if categories is None else categories.members
        return cls(
            task=task,
            holders=holders,
            training_users=_training_users(data),
            owned=owned,
            vectors=data.items.blocks.get("text"),
            categories=members,
            mix=None if members is None else metrics.category_mix(liked, members),
            # An item that nobody has stands in a list of popularity by chance, so nobody expects it.
            expected=None if popular is None else np.where(holders[popular] > 0, popular, NO_ITEM),
        )

    def of_lists(self, lists: np.ndarray) -> dict[str, np.ndarray]:
        """Measure what lists are like apart from hits, per person; see `tesserec.metrics`.

        Args:
            lists: (users, k) item positions, -1 where there is no item.

        Returns:
            By name with the length of the lists, such as `novelty@10`: (users,), NaN where a person has no
            value.
        """
        shown = metrics.popularity(lists, self.holders, self.training_users)
        found = {
            "novelty": metrics.novelty(lists, self.holders, self.training_users),
            "popularity": shown,
            "popularity_lift": metrics.popularity_lift(shown, self.owned),
        }
        if self.vectors is not None:
            found["diversity"] = metrics.diversity(lists, self.vectors)
        if self.categories is not None and self.mix is not None:
            found["calibration"] = metrics.calibration(lists, self.mix, self.categories)
        if self.expected is not None:
            found["serendipity"] = metrics.serendipity(lists, self.task.targets, self.expected)
        return {f"{name}@{lists.shape[1]}": values for name, values in found.items()}

    def of_catalogue(self, lists: np.ndarray) -> dict[str, float]:
        """Measure what all lists together are like; arguments as in `of_lists`."""
        found = {
            "coverage": metrics.coverage(lists, self.task.candidates),
            "gini": metrics.gini_exposure(lists, self.task.candidates),
        }
        return {f"{name}@{lists.shape[1]}": value for name, value in found.items()}


def count_holders(data: TrainingData) -> np.ndarray:
    """Return how many people have each item, (items,)."""
    return np.bincount(data.profiles.items, minlength=data.profiles.n_items)


def _training_users(data: TrainingData) -> int:
    return int((data.profiles.lengths > 0).sum())
