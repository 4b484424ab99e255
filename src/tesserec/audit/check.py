"""What a check looked at, and the sentence that ends a run."""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from tesserec.errors import LeakError


@dataclass(frozen=True)
class Check:
    """A check that found nothing; one that finds something raises `LeakError`.

    Attributes:
        stage: Whose data it looked at: tuning or testing; `all` for what both share.
        check: Its name.
        compared: What was compared with what.
        looked_at: How many things were looked at.
        passed: True.
    """

    stage: str
    check: str
    compared: str
    looked_at: int
    passed: bool = True


def leak(place: str, finding: str, count: int, mend: str) -> NoReturn:
    """End the run.

    Args:
        place: The table or the part of the training data.
        finding: What is known there that must not be, by user, item and time.
        count: How many such findings there are.
        mend: The module that made it.
    """
    more = f" ({count - 1:,} more like it)" if count > 1 else ""
    way_out = f"no model was trained: mend {mend}, or what it is given, and run again"
    raise LeakError(f"Leak in {place}: {finding}{more}; {way_out}.")


def described(text: pd.Series) -> str:
    """Name a text by its user_id, item_id and timestamp."""
    about = "no item" if pd.isna(text["item_id"]) else f"item {text['item_id']}"
    return f"of user {text['user_id']} about {about}, written {at(text['timestamp'])}"


def at(time: float) -> str:
    """Return a time in words."""
    return "at an unknown time" if np.isnan(time) else f"at {time:.12g}"
