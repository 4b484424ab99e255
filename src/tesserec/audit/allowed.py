"""What a stage may know.

Said anew from the rules of the protocol, without `tesserec.splits`: a check that asked the code under
suspicion would repeat its mistakes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
import pandas as pd

from tesserec.audit.check import at

PAIR = ["user_id", "item_id"]
JudgedStage = Literal["tuning", "testing"]
SEEN: Mapping[JudgedStage, tuple[str, ...]] = MappingProxyType(
    {"tuning": ("train",), "testing": ("train", "valid")}
)


@dataclass(frozen=True)
class Allowed:
    """The log of a stage, and what comes after it.

    Attributes:
        stage: tuning or testing.
        events: What the stage may see: user_id, item_id, event, timestamp, weight, split.
        held_out: The rest.
    """

    stage: JudgedStage
    events: pd.DataFrame
    held_out: pd.DataFrame

    @classmethod
    def of(cls, split_interactions: pd.DataFrame, stage: JudgedStage) -> Self:
        """Divide the events by their column `split`."""
        seen = np.isin(split_interactions["split"].to_numpy(object), SEEN[stage])
        return cls(stage, split_interactions[seen], split_interactions[~seen])

    def known(self, column: str, ids: np.ndarray) -> np.ndarray:
        """Return the positions of the ids that occur in a column of the events."""
        return np.flatnonzero(pd.Index(ids).isin(self.events[column].unique()))

    def forbidden(self, texts: pd.DataFrame) -> np.ndarray:
        """Mark the texts that the stage must not read, (texts,) bool.

        Those about a held-out pair, and those written when held-out events begin, or later: of everybody
        where all that the stage sees lies before, else of the person. A text about an item of the history may
        be as late as that history.

        Args:
            texts: user_id, item_id (None: about none), timestamp (NaN: unknown, so never late).
        """
        about, seen, held_out = _numbered(texts, self.events, self.held_out)
        about_seen = np.isin(about, seen) & (about >= 0)
        about_held_out = np.isin(about, held_out) & (about >= 0) & ~about_seen
        time, users = texts["timestamp"].to_numpy(float), texts["user_id"]
        late = time >= self._cut(users)
        within = time <= users.map(self.events.groupby("user_id")["timestamp"].max()).to_numpy(float)
        return about_held_out | (late & ~(about_seen & within))

    def _cut(self, users: pd.Series) -> np.ndarray:
        begin = self.held_out.groupby("user_id")["timestamp"].min()
        if self.events["timestamp"].max() < begin.min():
            return np.full(len(users), begin.min())
        return users.map(begin).to_numpy(float)

    @property
    def begins(self) -> str:
        """The split that the stage is judged on."""
        return "valid" if self.stage == "tuning" else "test"

    def why(self, user: str, item: str | None) -> str:
        """Tell why a stage must not know of a pair, or that it has no reason to."""
        rows = self.held_out[(self.held_out["user_id"] == user) & (self.held_out["item_id"] == item)]
        if not len(rows):
            return "of which no event that the stage may see tells"
        first = rows.iloc[0]
        return f"which is held out ({first['split']}, {at(first['timestamp'])})"


def _numbered(*tables: pd.DataFrame) -> list[np.ndarray]:
    """Number the pairs of all tables alike, (rows,) of each; -1 where there is no item."""
    pairs = pd.concat([table[PAIR].astype(object) for table in tables])
    users, (items, names) = pd.factorize(pairs["user_id"])[0], pd.factorize(pairs["item_id"])
    numbers = np.where(items < 0, -1, users.astype(np.int64) * len(names) + items)
    return np.split(numbers, np.cumsum([len(table) for table in tables])[:-1])
