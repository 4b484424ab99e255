"""Folds for choosing options: parts of the validation targets, each with what may be learned before it.

Only validation events are ever held out. The feature blocks of the tuning stage were built without these
events, so neither the review of a held-out pair nor an interest or a fused embedding made from it can reach a
model, and no block has to be built again. Test events play no part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.features.blocks import FeatureBlocks, pack_matrices
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.histories import build_profiles
from tesserec.splits import history
from tesserec.state import digest_states

FoldMethod = Literal["auto", "users", "time"]
# The one split under which all validation events lie after all that the features were built from.
CUT_IN_TIME = "global_time"
# So that what is learned on some can be judged on another.
FEWEST = 2


@dataclass(frozen=True)
class Fold:
    """What a model is fitted on, and the people it is judged on.

    Args:
        data: Histories and features to fit on.
        task: The people, with histories that do not hold what they should find.
    """

    data: TrainingData
    task: HeldOut

    def digest(self) -> str:
        """Return a hash of everything that a judgement on this fold depends on beside the model."""
        targets, shapes = pack_matrices({"targets": self.task.targets})
        asked = {**targets, "candidates": self.task.candidates}
        return digest_states(self.data.state(), self.task.profiles.state(), (asked, shapes))


def make_folds(
    data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: Collection[str],
    protocol: Mapping[str, Any],
    *,
    method: FoldMethod,
    count: int,
    people: int,
    seed: int,
) -> list[Fold]:
    """Divide the validation targets into folds.

    Args:
        data: The training data of the tuning stage.
        split_interactions: Events with their split.
        candidates: Ids of the only items to recommend; empty: all.
        protocol: As `tesserec.protocol` describes it.
        method: users: `user_folds`; time: `time_folds`; auto: time where the split cuts time for everybody.
        count: Number of folds, at least 2.
        people: People judged, drawn at random; of each window under `time`.
        seed: Of the draws.

    Raises:
        ConfigError: If time is asked for and the split does not cut it for everybody, or if there are too few
            validation targets for so many folds.
    """
    cut = protocol["split"]["method"] == CUT_IN_TIME
    if method == "time" and not cut:
        raise ConfigError(
            "tuning.folds.method is time, which needs a log that is cut in time for everybody, but the split "
            f"is {protocol['split']['method']}: choose users or auto, or "
            "preprocessing.split.method=global_time."
        )
    if method == "time" or (method == "auto" and cut):
        folds = time_folds(data, split_interactions, candidates, protocol, count)
        folds = [replace(fold, task=fold.task.draw(people, seed)) for fold in folds]
    else:
        task = hold_out(data, split_interactions, candidates, protocol, "tuning").draw(people, seed)
        folds = user_folds(data, task, count, seed)
    judged = sum(len(fold.task.profiles) > 0 for fold in folds)
    if judged < max(len(folds), FEWEST):
        raise ConfigError(
            f"Of {count} folds of the validation targets only {judged} would have anybody to judge: lower "
            "tuning.folds.count, or raise preprocessing.split.valid_ratio."
        )
    return folds


def user_folds(data: TrainingData, task: HeldOut, count: int, seed: int) -> list[Fold]:
    """Deal the people of a task into folds; each is judged by models fitted on the histories of all others.

    No model knows a user id, so these people are served from their history like everybody else.

    Args:
        data: What the histories of the task belong to.
        task: The people and what they should find.
        count: Number of folds.
        seed: Of the deal.
    """
    dealt = np.random.default_rng(seed).permutation(len(task.profiles)) % count
    folds = []
    for number in range(count):
        judged = task.take(np.flatnonzero(dealt == number))
        others = ~np.isin(data.profiles.user_ids, judged.profiles.user_ids)
        folds.append(Fold(replace(data, profiles=data.profiles.take(np.flatnonzero(others))), judged))
    return folds


def time_folds(
    data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: Collection[str],
    protocol: Mapping[str, Any],
    count: int,
) -> list[Fold]:
    """Cut the validation period into windows and predict each from all that came before it.

    A rolling origin (Tashman 2000, doi:10.1016/S0169-2070(00)00065-0). The windows have about equally many
    events; events of one moment are never divided, so there may be fewer windows than asked for. Features
    stay those of the tuning stage, which end where the first window begins.

    Args:
        data: The training data of the tuning stage.
        split_interactions: Events with their split, of a split that cuts time for everybody.
        candidates: Ids of the only items to recommend; empty: all.
        protocol: As `tesserec.protocol` describes it.
        count: Number of windows.
    """
    seen = split_interactions[split_interactions["split"] != "test"]
    clock = np.sort(seen.loc[seen["split"] == "valid", "timestamp"].to_numpy(np.float64))
    starts = np.unique(clock[np.arange(count) * len(clock) // count])
    profiles = data.profiles
    users = FeatureBlocks(profiles.user_ids, profiles.blocks, profiles.names)
    folds = []
    for start, end in zip(starts, [*starts[1:], np.inf], strict=True):
        known = seen[seen["timestamp"] < end]
        # As a log whose future is this window: what came before trains, the window validates.
        window = known.assign(split=np.where(known["timestamp"] < start, "train", "valid"))
        before = build_profiles(history(window, "tuning"), data.items.ids, users)
        past = TrainingData(replace(before, fusing=profiles.fusing), data.items)
        folds.append(Fold(past, hold_out(past, window, candidates, protocol, "tuning")))
    return folds


def by_person(folds: Sequence[Fold], values: Sequence[np.ndarray]) -> np.ndarray:
    """Return one value per person judged, (people,) in the order of their ids: the mean over their folds.

    Args:
        folds: The folds that were judged.
        values: (users,) of each of them.
    """
    people = np.concatenate([fold.task.profiles.user_ids for fold in folds])
    return pd.Series(np.concatenate(values)).groupby(people).mean().to_numpy()
