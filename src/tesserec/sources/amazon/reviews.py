"""The reviews of Amazon Reviews: who gave how many stars to what, when, in which words."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from tesserec.sources.amazon.lines import Record, read_records
from tesserec.sources.amazon.wording import plain

logger = logging.getLogger(__name__)


class Review(NamedTuple):
    """One review; the timestamp is in seconds since 1970."""

    user_id: str
    item_id: str
    value: float
    timestamp: float
    text: str


@dataclass(frozen=True)
class _Fields:
    """The names that one generation of the files gives to its fields."""

    user: str
    item: str
    value: str
    time: str
    ticks_per_second: int
    summary: str
    text: str


_UNTIL_2018 = _Fields("reviewerID", "asin", "overall", "unixReviewTime", 1, "summary", "reviewText")
# Variants of a product share their parent, and the metadata is that of the parent.
_OF_2023 = _Fields("user_id", "parent_asin", "rating", "timestamp", 1000, "title", "text")


def read_reviews(path: Path) -> pd.DataFrame:
    """Read a file of reviews, of any year.

    The files of 2018 repeat reviews; of those with the same user, item and time the first is kept.

    Args:
        path: JSON lines, or the CSV with stars alone that is the 5-core of 2023; compressed or not.

    Returns:
        `user_id`, `item_id`, `value`, `timestamp` and `text` (summary and text as one, may be empty), in the
        order of the file.

    Raises:
        DataError: If the file is not of this kind, or is cut off.
    """
    reviews = pd.DataFrame(read_records(path, _review), columns=list(Review._fields))
    types = {"user_id": "str", "item_id": "str", "value": "float64", "timestamp": "float64", "text": "str"}
    once = reviews.astype(types).drop_duplicates(["user_id", "item_id", "timestamp"], ignore_index=True)
    if len(once) < len(reviews):
        logger.info("%s: left out %d reviews that are there twice", path, len(reviews) - len(once))
    return once


def _review(record: Record) -> Review:
    fields = _OF_2023 if "user_id" in record else _UNTIL_2018
    return Review(
        user_id=_id(record[fields.user]),
        item_id=_id(record[fields.item]),
        value=float(record[fields.value]),
        timestamp=int(record[fields.time]) / fields.ticks_per_second,
        text=_joined(plain(record.get(fields.summary)), plain(record.get(fields.text))),
    )


def _id(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("an id is a word")
    return value.strip()


def _joined(summary: str, text: str) -> str:
    """Summary and text as one, with a full stop between them where the summary has no mark of its own."""
    if not summary or not text:
        return summary or text
    return f"{summary} {text}" if summary[-1] in ".!?:;,…" else f"{summary}. {text}"
