"""Thin out interactions until every user and every item has enough events."""

import numpy as np
import pandas as pd


def in_core(
    user_ids: pd.Series, item_ids: pd.Series, *, minimum_user_events: int, minimum_item_events: int
) -> np.ndarray:
    """Find the k-core: the largest set of events in which each user and each item has enough events.

    Args:
        user_ids: (rows,) the user of each event.
        item_ids: (rows,) the item of each event.
        minimum_user_events: Fewest events of a user; 0 for no condition.
        minimum_item_events: Fewest events of an item; 0 for no condition.

    Returns:
        (rows,) bool; leaving out an item can push a user under the minimum, so the rule is repeated until
        nothing changes.
    """
    users, items = pd.factorize(user_ids)[0], pd.factorize(item_ids)[0]
    kept = np.ones(len(users), dtype=bool)
    while True:
        enough = (np.bincount(users[kept], minlength=len(users))[users] >= minimum_user_events) & (
            np.bincount(items[kept], minlength=len(items))[items] >= minimum_item_events
        )
        if (kept & enough).sum() == kept.sum():
            return kept
        kept &= enough
