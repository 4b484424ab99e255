"""Choose a split method, apply it, and refuse what it cannot do with one sentence."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError
from tesserec.splits.clock import can_be_cut
from tesserec.splits.events import Events
from tesserec.splits.methods import METHOD_OPTIONS, METHODS, Shares

SPLIT_NAMES = np.array(["train", "valid", "test"], dtype=object)  # by the numbers that methods return
SPLIT_METHODS = ("auto", *METHODS)
TIMED = ("leave_last_out", "global_time")
MIN_FOLDS = 3  # one each for train, valid and test
COLD_SHARE = 0.5  # of the candidates without any interaction, from which on recommending them is a cold start

TOO_LITTLE: Mapping[str, str] = MappingProxyType({
    "leave_last_out": "it needs a user with three items; bring more interactions, or choose global_time",
    "global_time": "it needs events at three different times; choose leave_last_out or random_ratio",
    "random_ratio": "it needs users with several items; raise test_ratio and valid_ratio, or bring more",
    "k_fold": "it needs more pairs than folds; lower folds, or bring more interactions",
    "cold_items": "it needs three items with interactions; bring more, or choose random_ratio",
    "cold_users": "it needs three users with interactions; bring more, or choose random_ratio",
})  # fmt: skip


def split_interactions(
    interactions: pd.DataFrame,
    *,
    method: str,
    test_ratio: float,
    valid_ratio: float,
    folds: int,
    fold: int,
    seed: int,
    candidates: Collection[str],
) -> pd.DataFrame:
    """Put each event into train, valid or test.

    The targets of a split are its (user, item) pairs that do not occur in an earlier split of that user. One
    tie rule holds everywhere: a user's events are ordered by time, those of equal time by their row. Random
    choices depend on the seed and the ids alone, so the order of the rows changes nothing.

    Args:
        interactions: events with user_id, item_id and timestamp (NaN: unknown), any further columns.
        method: one of `SPLIT_METHODS`; `resolve_method` explains "auto", `splits.methods` the others.
        test_ratio: share of events (global_time), of each user's pairs (random_ratio), of items (cold_items)
            or users (cold_users) to test on.
        valid_ratio: the same to validate on.
        folds: number of folds of k_fold.
        fold: fold of k_fold to test on, from 0.
        seed: of the random choices.
        candidates: ids of the only items to recommend; empty: all.

    Returns:
        The same rows with a column `split`: train, valid or test.

    Raises:
        ConfigError: if the method cannot be used on these interactions or with these numbers.
    """
    method = resolve_method(interactions, method, candidates)
    _check_numbers(method, test_ratio, valid_ratio, folds, fold)
    if method in TIMED:
        _check_times(interactions["timestamp"], method)
    events = Events.of(interactions)
    codes = np.empty(len(interactions), dtype=np.int64)
    if len(codes):
        codes[events.order] = METHODS[method](events, Shares(test_ratio, valid_ratio, folds, fold, seed))
    _check_targets(interactions, codes, method)
    return interactions.assign(split=pd.Series(SPLIT_NAMES[codes], index=interactions.index, dtype="str"))


def resolve_method(interactions: pd.DataFrame, method: str, candidates: Collection[str]) -> str:
    """Choose the method that "auto" stands for; any other method stands for itself.

    Where at least half of the candidates have no interaction, the run recommends new items, so it is tested
    on new items (cold_items). Otherwise, if the time of all events is known, global_time where people share a
    clock and come back (`can_be_cut`), so that nothing is learned from the future, else leave_last_out; and
    random_ratio if times are missing.

    Raises:
        ConfigError: if there is no such method.
    """
    if method not in SPLIT_METHODS:
        raise ConfigError(f"There is no split method '{method}'; choose one of {', '.join(SPLIT_METHODS)}.")
    if method != "auto":
        return method
    wanted = set(candidates)
    cold = wanted - set(interactions["item_id"])
    if wanted and len(cold) >= COLD_SHARE * len(wanted):
        return "cold_items"
    if interactions["timestamp"].isna().any():
        return "random_ratio"
    return "global_time" if can_be_cut(interactions) else "leave_last_out"


def _check_numbers(method: str, test_ratio: float, valid_ratio: float, folds: int, fold: int) -> None:
    if method == "k_fold" and not (folds >= MIN_FOLDS and 0 <= fold < folds):
        raise ConfigError(
            f"The split k_fold cannot use fold {fold} of {folds} folds: set folds to at least {MIN_FOLDS} "
            f"(train, valid and test) and fold to a number from 0 to folds - 1."
        )
    if "test_ratio" in METHOD_OPTIONS[method] and not (
        test_ratio > 0 and valid_ratio > 0 and test_ratio + valid_ratio < 1
    ):
        raise ConfigError(
            f"The split {method} cannot use test_ratio {test_ratio} and valid_ratio {valid_ratio}: both must "
            f"be above 0 and their sum below 1."
        )


def _check_times(timestamps: pd.Series, method: str) -> None:
    unknown = int(timestamps.isna().sum())
    if unknown:
        raise ConfigError(
            f"The split {method} needs the time of every interaction, but {unknown} of {len(timestamps)} "
            f"have no timestamp: fill them in, or set the split method to auto or random_ratio."
        )


def _check_targets(interactions: pd.DataFrame, codes: np.ndarray, method: str) -> None:
    keys = [interactions["user_id"], interactions["item_id"]]
    # A pair is a target of its earliest split; a split may hold repeated events only.
    earliest = pd.Series(codes, index=interactions.index).groupby(keys, sort=False).min()
    for number, name in enumerate(SPLIT_NAMES):
        if not (earliest == number).any():
            raise ConfigError(
                f"The split {method} leaves nothing for {name} of {len(codes)} interactions: "
                f"{TOO_LITTLE[method]}."
            )
