"""What people do with the items they meet: view, buy and rate them, more gladly the better they match."""

import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.encounters import DAY, Encounters
from tesserec.simulation.people import TASTE_COLUMNS
from tesserec.simulation.randomness import happens

# Mean number of events that one encounter leaves behind, as measured.
EVENTS_PER_ENCOUNTER = 2.0
_SECOND_THEME_WEIGHT = 0.4
# Least enjoyment for 2, 3, 4 and 5 stars.
_STAR_THRESHOLDS = np.array([-1.0, -0.3, 0.4, 1.15])


def match(people: pd.DataFrame, items: pd.DataFrame, who: np.ndarray, what: np.ndarray) -> np.ndarray:
    """Say how well items suit people, from 0 (none of their themes) to 1 (their favourite).

    Args:
        people: The people, with `TASTE_COLUMNS`.
        items: The items, with `theme` and `second_theme`.
        who: Row numbers of people, shape (pairs,).
        what: Row numbers of items, shape (pairs,).
    """
    tastes = people[TASTE_COLUMNS].to_numpy()
    relative = tastes / tastes.max(axis=1, keepdims=True)
    relative = np.concatenate([relative, np.zeros((len(people), 1))], axis=1)  # column -1: no second theme
    first = items["theme"].map(THEMES.index).to_numpy()
    second = items["second_theme"].map(lambda name: THEMES.index(name) if name else -1).to_numpy()
    both = relative[who, first[what]] + _SECOND_THEME_WEIGHT * relative[who, second[what]]
    return np.minimum(both, 1.0)


def give_stars(suits: np.ndarray, quality: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return 1 to 5 stars from how well items suit people, how good the items are, and mood.

    Args:
        suits: Output of `match`, shape (pairs,).
        quality: Quality of each pair's item, standard normal over items, shape (pairs,).
        random: The random stream.
    """
    mood = random.standard_normal(len(suits))
    enjoyment = 2.2 * suits - 0.7 + 0.4 * quality + 0.55 * mood
    return 1 + np.searchsorted(_STAR_THRESHOLDS, enjoyment, side="right")


def log_events(
    encounters: Encounters,
    suits: np.ndarray,
    stars: np.ndarray,
    only_once: np.ndarray,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Turn encounters into events.

    Args:
        encounters: Who met what, and when.
        suits: How well each encounter's item suits its person, shape (encounters,).
        stars: Stars that the person would give, shape (encounters,).
        only_once: Encounters that leave a single view, shape (encounters,).
        random: The random stream.

    Returns:
        One row per event: `encounter` (its row number), `event`, `value` (stars of a rating, else NaN) and
        `timestamp`.
    """
    count = len(encounters.items)
    buys = happens(0.12 + 0.55 * suits, count, random) & ~only_once
    rates = happens(np.where(buys, 0.62, 0.1), count, random) & ~only_once
    views = happens(0.9, count, random) | ~(buys | rates)
    returns = happens(0.15 + 0.2 * suits, count, random) & ~only_once
    minutes, wait = random.random((2, count))
    bought = encounters.times + 60 + (minutes**2 * 3 * 3600).astype(np.int64)
    kinds = [
        ("view", views, encounters.times),
        ("view", returns, encounters.times + 120 + (minutes * 4 * 3600).astype(np.int64)),
        ("purchase", buys, bought),
        ("rating", rates, bought + DAY // 4 + (wait**2 * 12 * DAY).astype(np.int64)),
    ]
    return pd.concat([
        pd.DataFrame({"encounter": np.flatnonzero(done), "event": event,
                      "value": stars[done].astype(float) if event == "rating" else np.nan,
                      "timestamp": times[done]})
        for event, done, times in kinds
    ], ignore_index=True)  # fmt: skip
