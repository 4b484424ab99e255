"""Interactions as integer codes in the one order that all splits share."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from tesserec.hashing import Hashes, hash_strings, mix


@dataclass(frozen=True)
class Events:
    """Events sorted by user and time; among equal times the row that came first stays first.

    Attributes:
        order: row of the table for each event (n,).
        user: user code (n,); the events of a user stand together.
        item: item code (n,).
        time: timestamp (n,), NaN where unknown.
        user_hash: hash of each event's user id (n,): draws keyed by it do not depend on other users.
        item_hash: hash of each event's item id (n,).
    """

    order: np.ndarray
    user: np.ndarray
    item: np.ndarray
    time: np.ndarray
    user_hash: Hashes
    item_hash: Hashes

    @classmethod
    def of(cls, interactions: pd.DataFrame) -> Self:
        """Read the columns user_id, item_id and timestamp of a table of interactions."""
        user, users = pd.factorize(interactions["user_id"])
        item, items = pd.factorize(interactions["item_id"])
        time = interactions["timestamp"].to_numpy(dtype=np.float64)
        order = np.lexsort((time, user))
        user_hash, item_hash = hash_strings(pd.Series(users))[user], hash_strings(pd.Series(items))[item]
        return cls(order, *(column[order] for column in (user, item, time, user_hash, item_hash)))

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Number the (user, item) pairs.

        Returns:
            The first event of each pair (pairs,), by user and time, and the pair of each event (n,).
        """
        keys = self.user.astype(np.int64) * (int(self.item.max(initial=0)) + 1) + self.item
        pair, first = pd.factorize(keys)[0], ~pd.Series(keys).duplicated().to_numpy()
        return np.flatnonzero(first), pair

    def draws(self, seed: int, *, of_items: bool = True) -> Hashes:
        """Draw one reproducible number per event from the seed, its user and, if asked, its item."""
        keys = (self.user_hash, self.item_hash) if of_items else (self.user_hash,)
        return mix(np.full_like(self.user_hash, seed), *keys)


def rank_within(groups: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Rank the rows of each group by key from 0; equal keys keep their order.

    Args:
        groups: group code of each row (n,).
        keys: what to rank by (n,).

    Returns:
        Rank of each row in its group (n,).
    """
    order = np.lexsort((keys, groups))
    starts = np.r_[True, groups[order][1:] != groups[order][:-1]]
    positions = np.arange(len(order))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = positions - np.maximum.accumulate(np.where(starts, positions, 0))
    return ranks
