"""Held-out pairs as positions: whom to recommend to, what they should find, and among which items."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.errors import DataError
from tesserec.features.blocks import positions
from tesserec.protocol import relevant_targets
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.splits import candidate_items, targets
from tesserec.splits.stages import Stage


@dataclass(frozen=True)
class HeldOut:
    """The task of one stage.

    Args:
        profiles: People with at least one relevant target, with histories that do not hold it.
        targets: (users, items) 1 for every relevant target.
        candidates: Positions of the items that compete in the ranking, as far as a person does not have them.
    """

    profiles: Profiles
    targets: sp.csr_array
    candidates: np.ndarray

    def take(self, people: np.ndarray) -> Self:
        """Return the task for the people at the given positions."""
        return type(self)(self.profiles.take(people), self.targets[people], self.candidates)

    def judged(self) -> Self:
        """Return the task itself.

        Raises:
            DataError: If it has nobody, so that nothing could be judged.
        """
        if not len(self.profiles):
            raise DataError(
                "No held-out event of the test split counts as liked, so nothing can be judged: lower the "
                "parameter preprocessing.relevance, or choose another preprocessing.split.method."
            )
        return self

    def draw(self, people: int | None, seed: int) -> Self:
        """Return the task for people drawn at random, in their order; None: for all."""
        drawn = np.random.default_rng(seed).permutation(len(self.profiles))[:people]
        return self.take(np.sort(drawn))


def hold_out(
    data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: Collection[str],
    protocol: Mapping[str, Any],
    stage: Stage,
) -> HeldOut:
    """Collect the task of a stage.

    Args:
        data: The training data of the stage.
        split_interactions: Events with their split.
        candidates: Ids of the only items to recommend; empty: all.
        protocol: As `tesserec.protocol` describes it; gives the split method and the relevance threshold.
        stage: tuning or testing.
    """
    pairs = relevant_targets(targets(split_interactions, stage), protocol["relevance"]["threshold"])
    method = protocol["split"]["method"]
    competing = candidate_items(split_interactions, data.items.ids, candidates, stage, method)
    rows, columns = (
        positions(data.profiles.user_ids, pairs["user_id"]),
        positions(data.items.ids, pairs["item_id"]),
    )
    known = (rows >= 0) & (columns >= 0)
    entries = (np.ones(known.sum(), dtype=np.float32), (rows[known], columns[known]))
    relevant = sp.csr_array(entries, shape=(len(data.profiles), len(data.items)))
    people = np.flatnonzero(np.diff(relevant.indptr))
    return HeldOut(data.profiles.take(people), relevant[people], positions(data.items.ids, competing))
