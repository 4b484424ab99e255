from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from tesserec.simulation.behaviour import Part, simulate_part
from tesserec.simulation.catalogue import load_catalogue
from tesserec.simulation.friends import link_friends
from tesserec.simulation.market import Market, describe_items, open_market
from tesserec.simulation.people import draw_people


@dataclass(frozen=True)
class World:
    items: pd.DataFrame
    people: pd.DataFrame
    links: np.ndarray
    market: Market
    part: Part


def make_world(seed: int, count: int = 500) -> World:
    items = describe_items(load_catalogue(), popularity_skew=0.8, cold_items=12, seed=seed)
    people = draw_people(count, 11.0, 0.25, 0.08, 0.04, 0.03, seed)
    market = open_market(items)
    part = simulate_part(
        people, items, market, 0, start=1_700_000_000, days=365, stay=0.3, follow=0.2, noise=0.1,
        review_share=0.5, search_share=0.2, pairs=100, seed=seed,
    )  # fmt: skip
    return World(items, people, link_friends(people, 4.0, 0.75, seed), market, part)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(seed=7)


@pytest.fixture(scope="session")
def other_world() -> World:
    return make_world(seed=8)
