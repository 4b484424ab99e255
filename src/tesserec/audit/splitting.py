"""Whether the split holds what its method promises."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import SPLITS, Log
from tesserec.audit.check import Check, at, leak


def check_split(log: Log, method: str) -> Check:
    """Check that no event is in an earlier split than its time, pair, item or user allows.

    `global_time` cuts time for everybody, `leave_last_out` the events of each person, of equal time in the
    order of rows; the other methods hold out whole pairs, items or users.

    Args:
        log: All events.
        method: The resolved split method.

    Raises:
        LeakError: If one is.
    """
    if method == "global_time":
        _check_times(log)
        compared = "the last time of each split with the first time of the next"
    elif method == "leave_last_out":
        _check_order(log)
        compared = "the splits of each person's events in the order of time and rows"
    else:
        whole = {"cold_items": ("item", log.item), "cold_users": ("user", log.user)}
        name, keys = whole.get(method, ("pair", log.pair))
        _check_whole(log, name, keys)
        compared = f"the splits of all events of a {name}"
    return Check("all", "split", compared, len(log.split))


def _check_times(log: Log) -> None:
    for code in (1, 2):
        begin = log.time[log.split == code].min()
        _tell(log, (log.split < code) & (log.time >= begin), f"{SPLITS[code]} begins {at(begin)}")


def _check_order(log: Log) -> None:
    order = np.lexsort((log.time, log.user))
    user, split = log.user[order], log.split[order]
    reached = pd.Series(split).groupby(user, sort=False).cummax().to_numpy()
    late = np.flatnonzero(split < reached)
    if len(late):
        row = late[0]
        begin = log.time[order[(user == user[row]) & (split == reached[row])][0]]
        back = np.isin(np.arange(len(order)), order[late])
        _tell(log, back, f"the user's {SPLITS[reached[row]]} begins {at(begin)}")


def _check_whole(log: Log, name: str, keys: np.ndarray) -> None:
    last = pd.Series(log.split).groupby(keys, sort=False).transform("max").to_numpy()
    _tell(log, log.split < last, f"other events of the {name} are held out")


def _tell(log: Log, early: np.ndarray, reason: str) -> None:
    """End the run if events are in an earlier split than they must be, (n,) bool."""
    rows = np.flatnonzero(early)
    if len(rows):
        finding = f"{log.told(rows[0])} is in {SPLITS[log.split[rows[0]]]}, but {reason}"
        leak("split_interactions", finding, len(rows), "tesserec.splits")
