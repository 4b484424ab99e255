"""What a stage may know.

Said anew from the rules of the protocol, without `tesserec.splits`: a check that asked the code under
suspicion would repeat its mistakes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
import pandas as pd

from tesserec.audit.check import at

SPLITS = ("train", "valid", "test")
JudgedStage = Literal["tuning", "testing"]
# The first split that a stage does not see: it is judged on this one.
JUDGED_ON: Mapping[JudgedStage, int] = MappingProxyType({"tuning": 1, "testing": 2})


@dataclass(frozen=True)
class Log:
    """All events as numbers, which are counted faster than ids.

    Attributes:
        user_ids: Strings, (users,).
        item_ids: Strings, (items,).
        user: Position of each event's user, (n,).
        item: Position of each event's item, (n,).
        kind: What kind of event each is, (n,) strings.
        time: (n,) float; NaN: unknown.
        weight: (n,) float.
        split: Place in `SPLITS`, (n,).
    """

    user_ids: pd.Index
    item_ids: pd.Index
    user: np.ndarray
    item: np.ndarray
    kind: np.ndarray
    time: np.ndarray
    weight: np.ndarray
    split: np.ndarray

    @classmethod
    def of(cls, split_interactions: pd.DataFrame) -> Self:
        """Number the users and items of events with user_id, item_id, event, timestamp, weight and split."""
        user, user_ids = pd.factorize(split_interactions["user_id"].astype(object))
        item, item_ids = pd.factorize(split_interactions["item_id"].astype(object))
        return cls(
            pd.Index(user_ids, dtype=object),
            pd.Index(item_ids, dtype=object),
            user,
            item,
            split_interactions["event"].to_numpy(object),
            split_interactions["timestamp"].to_numpy(float),
            split_interactions["weight"].to_numpy(float),
            pd.Index(SPLITS).get_indexer(split_interactions["split"]),
        )

    def pairs(self, user_ids: pd.Series | np.ndarray, item_ids: pd.Series | np.ndarray) -> np.ndarray:
        """Return the number of each pair of ids, (pairs,); -1 where no event has such a user or item."""
        return self._numbered(self.users_at(user_ids), self.items_at(item_ids))

    def users_at(self, ids: pd.Series | np.ndarray) -> np.ndarray:
        """Return the positions of users, -1 for one without events."""
        return self.user_ids.get_indexer(pd.Index(ids, dtype=object))

    def items_at(self, ids: pd.Series | np.ndarray) -> np.ndarray:
        """Return the positions of items, -1 for one without events."""
        return self.item_ids.get_indexer(pd.Index(ids, dtype=object))

    @cached_property
    def pair(self) -> np.ndarray:
        """Number of each event's pair, (n,)."""
        return self._numbered(self.user, self.item)

    def told(self, row: int) -> str:
        """Name an event."""
        user, item = self.user_ids[self.user[row]], self.item_ids[self.item[row]]
        return f"the event of user {user} and item {item} {at(self.time[row])}"

    def _numbered(self, user: np.ndarray, item: np.ndarray) -> np.ndarray:
        return np.where((user < 0) | (item < 0), -1, user * len(self.item_ids) + item)


@dataclass(frozen=True)
class Allowed:
    """The part of a log that a stage may see.

    Attributes:
        stage: tuning or testing.
        log: All events.
    """

    stage: JudgedStage
    log: Log

    @cached_property
    def seen(self) -> np.ndarray:
        """Mark the events that the stage may see, (n,) bool."""
        return self.log.split < JUDGED_ON[self.stage]

    @property
    def begins(self) -> str:
        """The split that the stage is judged on."""
        return SPLITS[JUDGED_ON[self.stage]]

    def known_users(self, ids: np.ndarray) -> np.ndarray:
        """Return the positions of those ids that events of the stage have."""
        return np.flatnonzero(np.isin(self.log.users_at(ids), self.log.user[self.seen]))

    def known_items(self, ids: np.ndarray) -> np.ndarray:
        """Return the positions of those ids that events of the stage have."""
        return np.flatnonzero(np.isin(self.log.items_at(ids), self.log.item[self.seen]))

    def people_per_item(self, ids: pd.Series | np.ndarray) -> np.ndarray:
        """Count the people who have each item and do not dislike it, (items,)."""
        _, first = np.unique(
            np.where(self.seen & (self.log.weight > 0), self.log.pair, -1), return_index=True
        )
        liked = first[self.seen[first] & (self.log.weight[first] > 0)]
        places = self.log.items_at(ids)
        return np.where(
            places < 0, 0, np.bincount(self.log.item[liked], minlength=len(self.log.item_ids))[places]
        )

    def forbidden(self, texts: pd.DataFrame) -> np.ndarray:
        """Mark the texts that the stage must not read, (texts,) bool.

        Those about a held-out pair, and those written when held-out events begin, or later: of everybody
        where all that the stage sees lies before, else of the person. A text about an item of the history may
        be as late as that history.

        Args:
            texts: user_id, item_id (None: about none), timestamp (NaN: unknown, so never late).
        """
        about = self.log.pairs(texts["user_id"], texts["item_id"])
        about_seen = np.isin(about, self.log.pair[self.seen])
        about_held_out = np.isin(about, self.log.pair[~self.seen]) & ~about_seen
        author, time = self.log.users_at(texts["user_id"]), texts["timestamp"].to_numpy(float)
        # Nothing is later than an unknown time, and whoever has no event has none.
        users, times = range(-1, len(self.log.user_ids)), pd.Series(self.log.time)
        begin = times[~self.seen].groupby(self.log.user[~self.seen]).min().reindex(users)
        end = times[self.seen].groupby(self.log.user[self.seen]).max().reindex(users)
        if end.max() < begin.min():
            begin[:] = begin.min()
        late, within = time >= begin.to_numpy()[author + 1], time <= end.to_numpy()[author + 1]
        return about_held_out | (late & ~(about_seen & within))

    def why(self, pair: int) -> str:
        """Tell why a stage must not know of a pair, or that it has no reason to."""
        rows = np.flatnonzero((self.log.pair == pair) & ~self.seen)
        if pair < 0 or not len(rows):
            return "of which no event that the stage may see tells"
        return f"which is held out ({SPLITS[self.log.split[rows[0]]]}, {at(self.log.time[rows[0]])})"
