"""The ways to divide events: each function returns 0 (train), 1 (valid) or 2 (test) per event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from tesserec.hashing import Hashes, mix
from tesserec.splits.events import Events, rank_within

TRAIN, VALID, TEST = 0, 1, 2


@dataclass(frozen=True)
class Shares:
    """What the methods need beside the events.

    Attributes:
        test_ratio: share of the events, pairs, items or users to test on.
        valid_ratio: share to validate on.
        folds: number of folds of k_fold.
        fold: the fold to test on, from 0; the next one validates.
        seed: of every random choice.
    """

    test_ratio: float
    valid_ratio: float
    folds: int
    fold: int
    seed: int


def leave_last_out(events: Events, shares: Shares) -> np.ndarray:
    """Test on each user's last new item and validate on the one before.

    A split begins with the first event of its pair: what a user did afterwards, be it to older items, is as
    late as the target and no history for it. Users with one item only train; with two, they train and test.
    """
    first, _ = events.pairs()
    new = np.zeros(len(events.user), dtype=np.int64)
    new[first] = 1
    # The running number of different items: it rises exactly at the first event of each pair.
    number = np.cumsum(new)
    starts = np.r_[True, events.user[1:] != events.user[:-1]]
    number -= np.maximum.accumulate(np.where(starts, number - 1, 0))
    total = np.bincount(events.user, weights=new).astype(np.int64)[events.user]
    split = np.full(len(number), TRAIN)
    split[(number == total - 1) & (number > 1)] = VALID
    split[(number == total) & (number > 1)] = TEST
    return split


def global_time(events: Events, shares: Shares) -> np.ndarray:
    """Cut time for everybody at two moments; events of one moment are never divided.

    The cuts are the moments after which the shares of events come closest to `valid_ratio + test_ratio` and
    `test_ratio`. With fewer than three moments some split stays empty.
    """
    _, moment, counts = np.unique(events.time, return_inverse=True, return_counts=True)
    # Share of the events at or after each moment; the first moment is always train.
    after = np.cumsum(counts[::-1])[::-1] / len(events.time)
    cut_valid = 1 + _nearest(after[1:-1], shares.valid_ratio + shares.test_ratio)
    cut_test = cut_valid + 1 + _nearest(after[cut_valid + 1 :], shares.test_ratio)
    return np.select([moment >= cut_test, moment >= cut_valid], [TEST, VALID], TRAIN)


def _nearest(values: np.ndarray, aim: float) -> int:
    return int(np.abs(values - aim).argmin()) if len(values) else 0


def random_ratio(events: Events, shares: Shares) -> np.ndarray:
    """Hold out random pairs of each user, all events of a pair together; each user keeps one or more.

    Times are ignored: history may be later than its targets. Numbers of pairs are rounded at random, so
    that users with few pairs lose as many as the ratios say.
    """
    first, pair = events.pairs()
    user = events.user[first]
    rank = rank_within(user, events.draws(shares.seed)[first])
    size = np.bincount(user)[user]
    luck = _uniform(events.draws(shares.seed, of_items=False)[first])
    held_out = np.minimum(((shares.test_ratio + shares.valid_ratio) * size + luck).astype(np.int64), size - 1)
    test = np.minimum((shares.test_ratio * size + luck).astype(np.int64), held_out)
    return np.select([rank < test, rank < held_out], [TEST, VALID], TRAIN)[pair]


def k_fold(events: Events, shares: Shares) -> np.ndarray:
    """Deal the shuffled pairs of each user into folds: `fold` tests, the next one validates, the rest trains.

    Over all folds each pair is tested once, so a user with one pair is tested without a history.
    """
    first, pair = events.pairs()
    rank = rank_within(events.user[first], events.draws(shares.seed)[first])
    # Without an offset of their own, users with few pairs would all be tested in the first folds.
    offset = events.draws(shares.seed, of_items=False)[first] % np.uint64(shares.folds)
    after_test = (rank + offset.astype(np.int64) - shares.fold) % shares.folds
    return np.select([after_test == 0, after_test == 1], [TEST, VALID], TRAIN)[pair]


def cold_items(events: Events, shares: Shares) -> np.ndarray:
    """Hold out random items with all their events: only their texts and attributes are known."""
    return _hold_out_whole(events.item, events.item_hash, shares)


def cold_users(events: Events, shares: Shares) -> np.ndarray:
    """Hold out random users with all their events: only their attributes and texts are known."""
    return _hold_out_whole(events.user, events.user_hash, shares)


def _hold_out_whole(codes: np.ndarray, hashes: Hashes, shares: Shares) -> np.ndarray:
    unique, first = np.unique(codes, return_index=True)
    draws = mix(np.full(len(first), shares.seed, dtype=np.uint64), hashes[first])
    rank = draws.argsort(kind="stable").argsort(kind="stable")
    test = max(1, round(shares.test_ratio * len(unique)))
    held_out = test + max(1, round(shares.valid_ratio * len(unique)))
    return np.select([rank < test, rank < held_out], [TEST, VALID], TRAIN)[codes]


def _uniform(draws: Hashes) -> np.ndarray:
    """Turn 64-bit draws into numbers in [0, 1)."""
    return (draws >> np.uint64(11)) / float(1 << 53)


# The options that change the outcome of each method.
METHOD_OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "leave_last_out": (),
    "global_time": ("test_ratio", "valid_ratio"),
    "random_ratio": ("test_ratio", "valid_ratio", "seed"),
    "k_fold": ("folds", "fold", "seed"),
    "cold_items": ("test_ratio", "valid_ratio", "seed"),
    "cold_users": ("test_ratio", "valid_ratio", "seed"),
})  # fmt: skip
METHODS: Mapping[str, Callable[[Events, Shares], np.ndarray]] = MappingProxyType({
    "leave_last_out": leave_last_out,
    "global_time": global_time,
    "random_ratio": random_ratio,
    "k_fold": k_fold,
    "cold_items": cold_items,
    "cold_users": cold_users,
})  # fmt: skip
