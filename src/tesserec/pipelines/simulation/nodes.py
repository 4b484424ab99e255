"""Nodes of the simulation pipeline."""

from collections.abc import Iterator

import pandas as pd
from tqdm import tqdm

from tesserec.catalog.streams import Chunk
from tesserec.pipelines.simulation.options import SimulationOptions
from tesserec.simulation import catalogue
from tesserec.simulation import people as population
from tesserec.simulation.behaviour import simulate_part
from tesserec.simulation.events import EVENTS_PER_ENCOUNTER
from tesserec.simulation.friends import link_friends, relations_table
from tesserec.simulation.market import describe_items, open_market


def compose_items(options: SimulationOptions) -> pd.DataFrame:
    """Take the hand-written items, add composed ones if asked to, and plant their hidden properties."""
    written = catalogue.load_catalogue()
    composed = catalogue.extend_catalogue(written, options.items.multiplier, options.seed)
    cold = round(options.items.cold_share * len(composed))
    return describe_items(composed, options.items.popularity_skew, cold, options.seed)


def draw_people(options: SimulationOptions) -> pd.DataFrame:
    """Draw the people and plant their tastes."""
    people = options.people
    return population.draw_people(
        people.count,
        people.events_per_person / EVENTS_PER_ENCOUNTER,
        people.chinese_share,
        people.bilingual_share,
        people.quiet_share,
        people.single_share,
        options.seed,
    )


def publish_items(items: pd.DataFrame) -> Chunk[pd.DataFrame]:
    """Keep what a shop would know of its items; the planted properties stay behind."""
    return Chunk(items[catalogue.PUBLIC_COLUMNS], 0, 1)


def publish_people(people: pd.DataFrame) -> Chunk[pd.DataFrame]:
    """Keep what a shop would know of its users; the planted tastes stay behind."""
    return Chunk(people[population.PUBLIC_COLUMNS], 0, 1)


def relate(people: pd.DataFrame, items: pd.DataFrame, options: SimulationOptions) -> Chunk[pd.DataFrame]:
    """Make friends, and say who made which item."""
    links = link_friends(people, options.people.friends_per_person, options.people.homophily, options.seed)
    return Chunk(relations_table(people, links, items), 0, 1)


def simulate_behaviour(
    people: pd.DataFrame, items: pd.DataFrame, options: SimulationOptions
) -> Iterator[tuple[Chunk[pd.DataFrame], ...]]:
    """Simulate the people in groups, and yield the interactions, texts and pairs of each group."""
    market = open_market(items)
    behaviour = options.behaviour
    starts = range(0, len(people), options.people_per_chunk)
    total = len(starts)
    for number, first in enumerate(tqdm(starts, desc="Simulating people", unit="group")):
        part = simulate_part(
            people[first : first + options.people_per_chunk],
            items,
            market,
            number,
            start=behaviour.start,
            days=behaviour.days,
            stay=behaviour.stay,
            follow=behaviour.follow,
            noise=behaviour.noise,
            review_share=behaviour.review_share,
            search_share=behaviour.search_share,
            pairs=behaviour.pairs * (number + 1) // total - behaviour.pairs * number // total,
            seed=options.seed,
        )
        yield (
            Chunk(part.interactions, number, total),
            Chunk(part.texts, number, total),
            Chunk(part.pairs, number, total),
        )
