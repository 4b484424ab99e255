"""Whether the split holds what its method promises."""

import numpy as np
import pandas as pd

from tesserec.audit.allowed import PAIR
from tesserec.audit.check import Check, at, leak

ORDER = ("train", "valid", "test")
# Events of one of these stay together, in one split.
WHOLE = {"cold_items": ["item_id"], "cold_users": ["user_id"], "random_ratio": PAIR, "k_fold": PAIR}
MEND = "tesserec.splits"


def check_split(split_interactions: pd.DataFrame, method: str) -> Check:
    """Check that no event is in an earlier split than its time, pair, item or user allows.

    `global_time` cuts time for everybody, `leave_last_out` the events of each person, of equal time in the
    order of rows; the other methods hold out whole pairs, items or users.

    Args:
        split_interactions: user_id, item_id, timestamp, split.
        method: The resolved split method.

    Raises:
        LeakError: If one is.
    """
    codes = pd.Index(ORDER).get_indexer(split_interactions["split"])
    if method == "global_time":
        _check_times(split_interactions, codes)
        compared = "the last time of each split with the first time of the next"
    elif method == "leave_last_out":
        _check_order(split_interactions, codes)
        compared = "the splits of each person's events in the order of time and rows"
    else:
        _check_whole(split_interactions, codes, WHOLE[method])
        compared = f"the splits of the events of one {' and '.join(WHOLE[method])}"
    return Check("all", "split", compared, len(codes))


def _check_times(events: pd.DataFrame, codes: np.ndarray) -> None:
    times = events["timestamp"].to_numpy(float)
    for code in (1, 2):
        begin = times[codes == code].min()
        late = np.flatnonzero((codes < code) & (times >= begin))
        if len(late):
            _tell(events, late, f"{ORDER[code]} begins {at(begin)}")


def _check_order(events: pd.DataFrame, codes: np.ndarray) -> None:
    order = np.lexsort((events["timestamp"].to_numpy(float), pd.factorize(events["user_id"])[0]))
    ordered, codes = events.iloc[order], codes[order]
    users = ordered["user_id"].to_numpy()
    reached = pd.Series(codes).groupby(users, sort=False).cummax().to_numpy()
    late = np.flatnonzero(codes < reached)
    if len(late):
        begin = ordered[(users == users[late[0]]) & (codes == reached[late[0]])].iloc[0]
        _tell(ordered, late, f"the user's {begin['split']} begins {at(begin['timestamp'])}")


def _check_whole(events: pd.DataFrame, codes: np.ndarray, keys: list[str]) -> None:
    together = pd.Series(codes, index=events.index).groupby([events[key] for key in keys], sort=False)
    earlier = np.flatnonzero(codes < together.transform("max").to_numpy())
    if len(earlier):
        _tell(events, earlier, f"later events of this {' and '.join(keys)} are held out")


def _tell(events: pd.DataFrame, rows: np.ndarray, reason: str) -> None:
    first = events.iloc[rows[0]]
    event = f"the event of user {first['user_id']} and item {first['item_id']} {at(first['timestamp'])}"
    leak("split_interactions", f"{event} is in {first['split']}, but {reason}", len(rows), MEND)
