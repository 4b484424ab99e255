"""Which items a person meets, one after the other, and when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.market import FOLLOWERS, MONTHS, Market
from tesserec.simulation.people import LANGUAGES, TASTE_COLUMNS

DAY = 86_400
_TRIES = 3
# Share of a day's activity before each third hour: little at night, most in the evening.
_DAILY_ACTIVITY = np.array([0.0, 0.02, 0.03, 0.09, 0.25, 0.42, 0.57, 0.82, 1.0])


@dataclass(frozen=True)
class Encounters:
    """People meeting items, ordered by person and time.

    Attributes:
        people: Row numbers of people, shape (encounters,).
        items: Row numbers of items, shape (encounters,).
        times: Seconds since the epoch, shape (encounters,).
    """

    people: np.ndarray
    items: np.ndarray
    times: np.ndarray


def meet_items(
    people: pd.DataFrame,
    market: Market,
    start: int,
    days: int,
    stay: float,
    follow: float,
    noise: float,
    random: np.random.Generator,
) -> Encounters:
    """Let each person meet `encounters` different items, guided by taste and by the item met before.

    The next item is a follower of the last one with probability `follow`; else its theme is the last one's
    with probability `stay`, any with probability `noise`, and else one drawn from the person's tastes. An
    item met before is drawn again a few times, then skipped.

    Args:
        people: The people, with `encounters`, `language` and `TASTE_COLUMNS`.
        market: What is there to meet.
        start: First second, since the epoch.
        days: Length of the simulated time, in days.
        stay: Probability of staying with the last theme.
        follow: Probability of moving on to a follower of the last item.
        noise: Probability of a random theme.
        random: The random stream of these people.
    """
    counts = people["encounters"].to_numpy()
    steps = int(counts.max(initial=0))
    times = _times(counts, steps, start, days, random)
    readers = people["language"].map(LANGUAGES.index).to_numpy()
    tastes = np.cumsum(people[TASTE_COLUMNS].to_numpy(), axis=1)
    met = np.full((len(people), steps), -1, dtype=np.int64)
    last_item = np.full(len(people), -1, dtype=np.int64)
    last_theme = np.zeros(len(people), dtype=np.int64)
    for step in range(steps):
        active = np.flatnonzero(counts > step)
        months = np.minimum((times[active, step] - start) * MONTHS // (days * DAY), MONTHS - 1)
        for _ in range(_TRIES):
            themes = _themes(tastes[active], last_theme[active], last_item[active], stay, noise, random)
            items = market.draw(themes, readers[active], months, random.random(len(active)))
            items = _follow(items, last_item[active], readers[active], market, follow, random)
            fresh = ~(met[active, :step] == items[:, None]).any(axis=1)
            met[active[fresh], step] = items[fresh]
            last_theme[active[fresh]] = themes[fresh]
            active, months = active[~fresh], months[~fresh]
        last_item = np.where(met[:, step] >= 0, met[:, step], last_item)
    who, when = np.nonzero(met >= 0)
    return Encounters(who, met[who, when], times[who, when])


def _times(counts: np.ndarray, steps: int, start: int, days: int, random: np.random.Generator) -> np.ndarray:
    """Return rising times, (people, steps), in bursts: log-normal gaps, hours of the daily activity."""
    gaps = np.exp(1.3 * random.standard_normal((len(counts), steps + 1)))
    gaps[np.arange(steps + 1) > counts[:, None]] = 0.0
    joined = 0.7 * random.random(len(counts)) ** 2
    through = np.cumsum(gaps, axis=1)[:, :steps] / gaps.sum(axis=1, keepdims=True)
    in_days = days * (joined[:, None] + (1 - joined)[:, None] * through)
    whole = np.floor(in_days)
    hours = np.interp(in_days - whole, _DAILY_ACTIVITY, np.arange(len(_DAILY_ACTIVITY)) / 8)
    return start + ((whole + hours) * DAY).astype(np.int64)


def _themes(
    tastes: np.ndarray,
    last_theme: np.ndarray,
    last_item: np.ndarray,
    stay: float,
    noise: float,
    random: np.random.Generator,
) -> np.ndarray:
    """Return a theme per person from cumulative `tastes`, (people, themes), or from habit, or from chance."""
    count = len(tastes)
    tasteful = (random.random(count)[:, None] * tastes[:, -1:] >= tastes).sum(axis=1)
    anything = (random.random(count) * len(THEMES)).astype(np.int64)
    chance = random.random(count)
    themes = np.where(chance < noise, anything, np.minimum(tasteful, len(THEMES) - 1))
    return np.where((chance >= 1 - stay) & (last_item >= 0), last_theme, themes)


def _follow(
    items: np.ndarray,
    last_item: np.ndarray,
    readers: np.ndarray,
    market: Market,
    follow: float,
    random: np.random.Generator,
) -> np.ndarray:
    which = (random.random(len(items)) * FOLLOWERS).astype(np.int64)
    follower = market.followers[last_item, which]
    follows = (random.random(len(items)) < follow) & (last_item >= 0) & market.readable[readers, follower]
    return np.where(follows, follower, items)
