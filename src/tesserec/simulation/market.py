"""What makes an item be met: theme, language, skewed and drifting popularity, and what was met before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.people import LANGUAGES
from tesserec.simulation.randomness import generator

MONTHS = 12
FOLLOWERS = 3
_SECOND_THEME_WEIGHT = 0.35
# How readily each kind of reader, in the order of `LANGUAGES`, takes up an English or a Chinese item.
_LANGUAGE_APPEAL = {"en": np.array([1.0, 0.06, 0.6]), "zh": np.array([0.02, 1.0, 1.0])}


def describe_items(
    catalogue: pd.DataFrame, popularity_skew: float, cold_items: int, seed: int
) -> pd.DataFrame:
    """Plant the hidden properties of the items.

    Args:
        catalogue: Items with `domain`, `language`, `theme`, `second_theme`, `creator`.
        popularity_skew: Exponent of the Zipf law: the weight of the item of rank r is r**-skew.
        cold_items: Number of items that nobody ever meets.
        seed: The seed of the simulation.

    Returns:
        The catalogue and `quality` (standard normal), `popularity` (0 for cold items), `peak_month` (0 to 11,
        when the popularity is highest), `follower_1` to `follower_3` (row numbers of items that people move
        on to).
    """
    random = generator(seed, "items")
    count = len(catalogue)
    popularity = (1.0 + random.permutation(count)) ** -popularity_skew
    popularity[random.permutation(count)[:cold_items]] = 0.0
    followers = _followers(catalogue, random)
    return catalogue.assign(
        quality=np.round(random.standard_normal(count), 4),
        popularity=popularity,
        peak_month=random.integers(0, MONTHS, count),
        **{f"follower_{number + 1}": followers[:, number] for number in range(FOLLOWERS)},
    )


def _followers(catalogue: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Return row numbers, (items, FOLLOWERS): one of the creator's, others of the same theme and language."""
    by_creator = catalogue.groupby("creator", sort=False).indices
    by_theme = catalogue.groupby(["theme", "language"], sort=False).indices
    followers = np.empty((len(catalogue), FOLLOWERS), dtype=np.int64)
    for members in by_theme.values():
        followers[members] = members[random.integers(0, len(members), (len(members), FOLLOWERS))]
    for members in by_creator.values():
        followers[members, 0] = np.roll(members, 1)
    return followers


@dataclass(frozen=True)
class Market:
    """Draws items by theme, reader and month with one sorted search.

    Attributes:
        entry_items: Row number of the item of each (theme, item) entry, shape (entries,), grouped by theme.
        cumulative: For each reader kind and month, the cumulative shares of the entries within each theme
            plus the number of the theme; all blocks one after the other and ascending, shape
            (readers * MONTHS * entries,).
        followers: Row numbers of the items that people move on to, shape (items, FOLLOWERS).
        readable: Whether readers of a kind know an item's language and it can be met, shape
            (readers, items).
    """

    entry_items: np.ndarray
    cumulative: np.ndarray
    followers: np.ndarray
    readable: np.ndarray

    def draw(
        self, themes: np.ndarray, readers: np.ndarray, months: np.ndarray, draws: np.ndarray
    ) -> np.ndarray:
        """Draw one item per request.

        Args:
            themes: Theme numbers, shape (requests,).
            readers: Kinds of reader, positions in `LANGUAGES`, shape (requests,).
            months: Month numbers, shape (requests,).
            draws: Uniform numbers in [0, 1), shape (requests,).

        Returns:
            Row numbers of items, shape (requests,).
        """
        keys = (readers * MONTHS + months) * len(THEMES) + themes + draws
        entries = np.searchsorted(self.cumulative, keys, side="right")
        return self.entry_items[entries % len(self.entry_items)]


def open_market(items: pd.DataFrame) -> Market:
    """Tabulate how likely every item is to be met, from the output of `describe_items`."""
    themes, members, weights = _entries(items)
    popularity = items["popularity"].to_numpy()[members]
    distance = np.abs(
        np.arange(MONTHS)[:, None] - items["peak_month"].to_numpy()[members]
    )  # (months, entries)
    distance = np.minimum(distance, MONTHS - distance)
    drift = 0.25 + np.exp(-0.5 * (distance / 1.5) ** 2)
    appeal = np.stack(
        [_LANGUAGE_APPEAL[language] for language in items["language"]], axis=1
    )  # (readers, items)
    blocks = []
    for reader in range(len(LANGUAGES)):
        shares = drift * (weights * popularity * appeal[reader][members])
        blocks.append(
            _cumulate(shares, themes) + (reader * MONTHS + np.arange(MONTHS)[:, None]) * len(THEMES)
        )
    followers = items[[f"follower_{number + 1}" for number in range(FOLLOWERS)]].to_numpy()
    knows = np.stack([items["language"].isin(reader.split("|")) for reader in LANGUAGES])
    readable = knows & (items["popularity"] > 0).to_numpy()
    return Market(members, np.concatenate(blocks).ravel(), followers, readable)


def _entries(items: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return theme numbers, item row numbers and weights of all memberships, ordered by theme."""
    rows = np.arange(len(items))
    first = items["theme"].map(THEMES.index).to_numpy()
    second = items["second_theme"].map(lambda name: THEMES.index(name) if name else -1).to_numpy()
    has_second = second >= 0
    themes = np.concatenate([first, second[has_second]])
    members = np.concatenate([rows, rows[has_second]])
    weights = np.concatenate([np.ones(len(items)), np.full(has_second.sum(), _SECOND_THEME_WEIGHT)])
    order = np.argsort(themes, kind="stable")
    return themes[order], members[order], weights[order]


def _cumulate(shares: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """Return cumulative shares within each theme plus its number, (months, entries), ascending per row."""
    result = np.empty_like(shares)
    for theme in range(len(THEMES)):
        columns = themes == theme
        sums = np.cumsum(shares[:, columns], axis=1)
        result[:, columns] = theme + sums / sums[:, -1:]
    return result
