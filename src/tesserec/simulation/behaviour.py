"""Everything that a group of people does: one part of the interactions, texts and pairs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.simulation.encounters import Encounters, meet_items
from tesserec.simulation.events import give_stars, log_events, match
from tesserec.simulation.market import Market
from tesserec.simulation.randomness import generator
from tesserec.simulation.texts import review_items, search_items

_GOOD_MATCH = 0.4
INTERACTION_COLUMNS = ["user_id", "item_id", "event", "value", "timestamp"]


@dataclass(frozen=True)
class Part:
    """What one group of people did: rows of the tables of the same names, in order of time."""

    interactions: pd.DataFrame
    texts: pd.DataFrame
    pairs: pd.DataFrame


def simulate_part(
    people: pd.DataFrame,
    items: pd.DataFrame,
    market: Market,
    number: int,
    *,
    start: int,
    days: int,
    stay: float,
    follow: float,
    noise: float,
    review_share: float,
    search_share: float,
    pairs: int,
    seed: int,
) -> Part:
    """Simulate one group of people.

    Args:
        people: Rows of `draw_people`.
        items: All items, from `describe_items`.
        market: `open_market(items)`.
        number: Number of the group; groups with different numbers use independent random streams.
        start: First second of the simulated time, since the epoch.
        days: Length of the simulated time, in days.
        stay: Probability that the next item has the theme of the last one.
        follow: Probability that the next item is a follower of the last one.
        noise: Probability that the next item has a random theme.
        review_share: Share of the ratings that come with a review.
        search_share: Share of the encounters that begin with a search.
        pairs: Number of (person, item) pairs to set aside for prediction.
        seed: The seed of the simulation.
    """
    random = generator(seed, "behaviour", number)
    people = people.reset_index(drop=True)
    met = meet_items(people, market, start, days, stay, follow, noise, random)
    events = _log(people, items, met, random)
    ratings = events[events["event"] == "rating"]
    reviews = review_items(people, items, ratings, review_share, random)
    searches = search_items(people, items, met, search_share, start, days, random)
    return Part(
        interactions=_with_text_types(_in_order(events)[INTERACTION_COLUMNS]),
        texts=_with_text_types(_in_order(pd.concat([reviews, searches], ignore_index=True))),
        pairs=_with_text_types(_unmet_pairs(people, items, met, pairs, random)),
    )


def _log(
    people: pd.DataFrame, items: pd.DataFrame, met: Encounters, random: np.random.Generator
) -> pd.DataFrame:
    """Return the events of all encounters, with the row numbers and the ids of their people and items."""
    suits = match(people, items, met.people, met.items)
    stars = give_stars(suits, items["quality"].to_numpy()[met.items], random)
    only_once = (people["encounters"].to_numpy() == 1)[met.people]
    events = log_events(met, suits, stars, only_once, random)
    person, item = met.people[events["encounter"]], met.items[events["encounter"]]
    ids = {"user_id": people["user_id"].to_numpy()[person], "item_id": items["item_id"].to_numpy()[item]}
    return events.assign(person=person, item=item, **ids)


def _unmet_pairs(
    people: pd.DataFrame, items: pd.DataFrame, met: Encounters, count: int, random: np.random.Generator
) -> pd.DataFrame:
    """Choose pairs of people and readable items that they never met, half of them well matched."""
    drawn = 20 * count
    who = (random.random(drawn) * len(people)).astype(np.int64)
    what = (random.random(drawn) * len(items)).astype(np.int64)
    keys = np.unique(who * len(items) + what)
    keys = keys[~np.isin(keys, met.people * len(items) + met.items)]
    keys = keys[random.permutation(len(keys))]
    who, what = keys // len(items), keys % len(items)
    reads = people["language"].to_numpy()[who]
    readable = [language in kind.split("|") for language, kind in
                zip(items["language"].to_numpy()[what], reads, strict=True)]  # fmt: skip
    who, what = who[readable], what[readable]
    suits = match(people, items, who, what) >= _GOOD_MATCH
    chosen = np.sort(
        np.concatenate([np.flatnonzero(suits)[: count // 2], np.flatnonzero(~suits)[: count - count // 2]])
    )
    return pd.DataFrame({"user_id": people["user_id"].to_numpy()[who[chosen]],
                         "item_id": items["item_id"].to_numpy()[what[chosen]]})  # fmt: skip


def _with_text_types(table: pd.DataFrame) -> pd.DataFrame:
    """Give columns of text that type even where a part has no row or no value in them."""
    return table.astype({column: "string" for column in table if column not in {"value", "timestamp"}})


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["timestamp", "user_id"], kind="stable", ignore_index=True)
