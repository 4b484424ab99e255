import numpy as np
import pandas as pd

from tesserec.simulation.catalogue import THEMES
from tesserec.simulation.encounters import DAY, meet_items
from tesserec.simulation.people import TASTE_COLUMNS

START = 1_700_000_000


def meet(world, *, stay=0.0, follow=0.0, noise=0.0):
    return meet_items(world.people, world.market, START, 365, stay, follow, noise, np.random.default_rng(0))


def test_nobody_meets_an_item_twice(world):
    met = meet(world, stay=0.3, follow=0.2, noise=0.1)
    pairs = pd.DataFrame({"person": met.people, "item": met.items})
    assert not pairs.duplicated().any()


def test_people_meet_as_many_items_as_planned(world):
    met = np.bincount(meet(world, noise=0.1).people, minlength=len(world.people))
    planned = world.people["encounters"].to_numpy()
    assert (met <= planned).all()
    assert (met[planned == 0] == 0).all()
    assert (met[planned == 1] == 1).all()
    # Avid readers of Chinese run out of items that suit them.
    assert met.sum() > 0.9 * planned.sum()


def test_times_rise_within_the_year(world):
    met = meet(world)
    same_person = met.people[1:] == met.people[:-1]
    assert (np.diff(met.times)[same_person] >= 0).all()
    assert met.times.min() >= START
    assert met.times.max() < START + 365 * DAY


def test_evenings_are_busier_than_nights(world):
    hours = (meet(world).times - START) % DAY // 3600
    assert ((hours >= 18) & (hours < 24)).mean() > 4 * (hours < 6).mean()


def test_without_noise_people_meet_what_they_like(world):
    met = meet(world)
    liked = world.people[TASTE_COLUMNS].to_numpy() > 0
    first, second = (world.items[column].map(lambda name: THEMES.index(name) if name else -1).to_numpy()
                     for column in ("theme", "second_theme"))  # fmt: skip
    fits = (
        liked[met.people, first[met.items]] | (second[met.items] >= 0) & liked[met.people, second[met.items]]
    )
    assert fits.all()


def test_followers_follow_when_they_must(world):
    met = meet(world, follow=1.0)
    followers = world.market.followers
    next_item, same_person = met.items[1:], met.people[1:] == met.people[:-1]
    follows = (followers[met.items[:-1]] == next_item[:, None]).any(axis=1)[same_person]
    without = meet(world)
    by_chance = (followers[without.items[:-1]] == without.items[1:, None]).any(axis=1)
    # Not all: followers in a language that the person does not read, cold or met before cannot follow.
    assert follows.mean() > 0.5
    assert by_chance.mean() < 0.15


def test_people_stay_with_a_theme_when_they_must(world):
    met = meet(world, stay=1.0)
    planned = world.people["encounters"].to_numpy()
    themes = pd.DataFrame({"person": met.people, "theme": world.items["theme"].to_numpy()[met.items]})
    staying = (themes["theme"] == themes.groupby("person")["theme"].transform("first"))[
        planned[met.people] > 1
    ]
    assert staying.mean() > 0.6
