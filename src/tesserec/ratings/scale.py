"""What the values of a log mean: a rating scale, or only that something happened."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from tesserec.errors import ConfigError

# The like line: of 1 to 5 stars 4 and 5 are likes, of half stars 3.5 and more, of 1 to 10 points 7 and more.
LIKE_FRACTION = 0.65
# A rating scale is bounded; plays, seconds and prices have a tail that reaches many times the middle value.
LONGEST_TAIL = 10.0


@dataclass(frozen=True)
class RatingScale:
    """The rating scale of a log.

    Attributes:
        event: The kind of event that carries the ratings; None where events have no names or no ratings.
        low: Lowest rating seen; NaN where the log has no ratings and liking is that a pair occurs.
        high: Highest rating seen; NaN likewise.
        like_from: The lowest rating that counts as a like; NaN likewise.
    """

    event: str | None
    low: float
    high: float
    like_from: float

    @property
    def graded(self) -> bool:
        """Whether there are ratings at all."""
        return bool(np.isfinite(self.low))

    def observations(self, interactions: pd.DataFrame) -> pd.DataFrame:
        """Reduce a log to one value per pair, the last one where a pair has several.

        Args:
            interactions: `user_id`, `item_id`, optional `event`, `value`, `weight`; rows in order of time.

        Returns:
            `user_id`, `item_id`, `value`. Without ratings the value is 1 for each pair that occurs with a
            positive weight.
        """
        columns = ["user_id", "item_id", "value"]
        if self.graded:
            rated = interactions["value"].notna()
            if self.event is not None and "event" in interactions:
                rated &= interactions["event"] == self.event
            table = interactions.loc[rated, columns]
        else:
            wanted = interactions["weight"] > 0 if "weight" in interactions else slice(None)
            table = interactions.loc[wanted, ["user_id", "item_id"]].assign(value=1.0)
        return table.drop_duplicates(["user_id", "item_id"], keep="last").reset_index(drop=True)

    def likes(self, values: np.ndarray) -> np.ndarray:
        """Tell which values are likes, (n,) float → (n,) bool."""
        return values >= self.like_from if self.graded else values > 0

    def clip(self, values: np.ndarray) -> np.ndarray:
        """Hold values within the scale; NaN where there is none."""
        return np.clip(values, self.low, self.high) if self.graded else np.full(len(values), np.nan)


def find_scale(interactions: pd.DataFrame, like_threshold: float | Literal["auto"]) -> RatingScale:
    """Find the rating scale of a log.

    Values are ratings if they are exactly 0 and 1, or if they differ, their middle is above their lowest and
    their highest is at most ten times their middle. Anything else (no values, one constant, plays, seconds)
    only says that something happened. Of several kinds of event with ratings the most frequent one counts.

    Args:
        interactions: The log: `value` (NaN where none) and optionally `event`.
        like_threshold: The lowest rating that is a like, or "auto": at least 65 % of the way from the lowest
            to the highest rating seen, so 1 where values are 0 and 1.

    Raises:
        ConfigError: If the threshold lies above every rating, so that nothing could be liked.
    """
    groups = interactions.groupby("event", sort=True) if "event" in interactions else [(None, interactions)]
    rated = [(event, rows["value"].dropna().to_numpy(float)) for event, rows in groups]
    rated = [(event, values) for event, values in rated if _is_rating(values)]
    if not rated:
        return RatingScale(None, np.nan, np.nan, np.nan)
    event, values = max(rated, key=lambda group: len(group[1]))
    low, high = float(values.min()), float(values.max())
    line = low + LIKE_FRACTION * (high - low) if like_threshold == "auto" else float(like_threshold)
    if line > high:
        raise ConfigError(
            f"like_threshold is {line:g}, but the highest rating in interactions, column value, is {high:g}: "
            "lower like_threshold or set it to auto."
        )
    return RatingScale(None if event is None else str(event), low, high, line)


def _is_rating(values: np.ndarray) -> bool:
    distinct = np.unique(values)
    if len(distinct) <= 1:
        return False
    if np.array_equal(distinct, [0, 1]):
        return True
    middle = float(np.median(values))
    return middle > distinct[0] and (distinct[0] < 0 or distinct[-1] <= LONGEST_TAIL * middle)
