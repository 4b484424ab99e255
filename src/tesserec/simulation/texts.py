"""The texts table: reviews of rated items, and searches before items are met."""

import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.encounters import DAY, Encounters
from tesserec.simulation.people import TASTE_COLUMNS
from tesserec.simulation.randomness import happens
from tesserec.simulation.words import DRAWS, write_review, write_search

COLUMNS = ["user_id", "item_id", "kind", "text", "timestamp"]
_ITEM_COLUMNS = ["title", "creator", "tags", "domain", "theme", "language"]
_QUIET_SEARCH_SHARE, _QUIET_SEARCHES = 0.5, 3


def review_items(
    people: pd.DataFrame,
    items: pd.DataFrame,
    ratings: pd.DataFrame,
    share: float,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Let people review a share of what they rated, in the language they read.

    Args:
        people: The people, with `user_id`, `language` and `TASTE_COLUMNS`.
        items: The items of `describe_items`.
        ratings: `person` and `item` (row numbers), `value` (stars) and `timestamp` of ratings.
        share: Share of the ratings that come with a review.
        random: The random stream.

    Returns:
        Rows of the `texts` table.
    """
    chosen = ratings[happens(share, len(ratings), random)]
    who, what = chosen["person"].to_numpy(), chosen["item"].to_numpy()
    liked = [
        tuple(THEMES[theme] for theme in np.flatnonzero(row)) for row in people[TASTE_COLUMNS].to_numpy()
    ]
    records, languages = _records(items, what), _languages(people, items, who, what)
    draws = random.random((len(chosen), DRAWS))
    texts = [
        write_review(record, int(stars), liked[person], language, numbers)
        for record, stars, person, language, numbers in zip(
            records, chosen["value"], who, languages, draws, strict=True
        )
    ]
    return pd.DataFrame({
        "user_id": people["user_id"].to_numpy()[who], "item_id": items["item_id"].to_numpy()[what],
        "kind": "review", "text": texts, "timestamp": chosen["timestamp"].to_numpy(),
    }, columns=COLUMNS)  # fmt: skip


def search_items(
    people: pd.DataFrame,
    items: pd.DataFrame,
    encounters: Encounters,
    share: float,
    start: int,
    days: int,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Let a share of encounters begin with a search, and half of those who met nothing search all the same.

    Args:
        people: The people, with `user_id`, `encounters`, `language` and `TASTE_COLUMNS`.
        items: The items of `describe_items`.
        encounters: Who met what, and when.
        share: Share of the encounters that begin with a search.
        start: First second of the simulated time, since the epoch.
        days: Length of the simulated time, in days.
        random: The random stream.

    Returns:
        Rows of the `texts` table; a search names no item.
    """
    found = happens(share, len(encounters.items), random)
    before = encounters.times[found] - 30 - (random.random(found.sum()) * 600).astype(np.int64)
    quiet, wanted, later = _quiet_searches(people, items, start, days, random)
    who = np.concatenate([encounters.people[found], quiet])
    what = np.concatenate([encounters.items[found], wanted])
    languages = _languages(people, items, who, what)
    draws = random.random((len(who), DRAWS))
    texts = [
        write_search(record, language, numbers)
        for record, language, numbers in zip(_records(items, what), languages, draws, strict=True)
    ]
    return pd.DataFrame({
        "user_id": people["user_id"].to_numpy()[who], "item_id": None,
        "kind": "search", "text": texts, "timestamp": np.concatenate([before, later]),
    }, columns=COLUMNS)  # fmt: skip


def _quiet_searches(
    people: pd.DataFrame, items: pd.DataFrame, start: int, days: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who searches without meeting anything, an item that would suit, and when."""
    searches = (people["encounters"] == 0).to_numpy() & happens(_QUIET_SEARCH_SHARE, len(people), random)
    who = np.flatnonzero(searches)
    who = np.repeat(who, 1 + (random.random(len(who)) * _QUIET_SEARCHES).astype(np.int64))
    shelves = items.groupby(["theme", "language"], sort=False).indices
    favourites = people[TASTE_COLUMNS].to_numpy()[who].argmax(axis=1)
    reads = people["language"].to_numpy()[who]
    draws = random.random(len(who))
    what = np.empty(len(who), dtype=np.int64)
    for row, (theme, language) in enumerate(zip(favourites, reads, strict=True)):
        shelf = shelves[THEMES[theme], "zh" if language == "zh" else "en"]
        what[row] = shelf[int(draws[row] * len(shelf))]
    return who, what, start + (random.random(len(who)) * days * DAY).astype(np.int64)


def _records(items: pd.DataFrame, what: np.ndarray) -> list[dict[str, str]]:
    columns = [items[column].to_numpy()[what] for column in _ITEM_COLUMNS]
    return [dict(zip(_ITEM_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


def _languages(people: pd.DataFrame, items: pd.DataFrame, who: np.ndarray, what: np.ndarray) -> np.ndarray:
    """Return the language each person writes in about each item: bilingual people take the item's."""
    reads = people["language"].to_numpy()[who]
    return np.where(reads == "zh|en", items["language"].to_numpy()[what], reads)
