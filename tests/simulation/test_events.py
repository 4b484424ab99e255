import numpy as np
import pandas as pd
import pytest

from tesserec.simulation.encounters import DAY, Encounters
from tesserec.simulation.events import give_stars, log_events, match
from tesserec.simulation.people import TASTE_COLUMNS


@pytest.fixture
def person() -> pd.DataFrame:
    tastes = dict.fromkeys(TASTE_COLUMNS, 0.0) | {"taste_food": 0.5, "taste_home": 0.25, "taste_music": 0.25}
    return pd.DataFrame([tastes])


@pytest.mark.parametrize(("theme", "second_theme", "suits"), [
    ("food", "", 1.0),
    ("food", "home", 1.0),
    ("home", "", 0.5),
    ("home", "music", 0.7),
    ("mystery", "food", 0.4),
    ("mystery", "", 0.0),
])  # fmt: skip
def test_match_is_the_relative_taste_for_both_themes(person, theme, second_theme, suits):
    items = pd.DataFrame({"theme": [theme], "second_theme": [second_theme]})
    assert match(person, items, np.array([0]), np.array([0])) == pytest.approx([suits])


def test_stars_grow_with_match_and_quality():
    random = np.random.default_rng(0)
    means = {
        (suits, quality): give_stars(np.full(2000, suits), np.full(2000, quality), random).mean()
        for suits in (0.0, 1.0) for quality in (-1.0, 1.0)
    }  # fmt: skip
    assert means[0.0, -1.0] < means[0.0, 1.0] < means[1.0, -1.0] < means[1.0, 1.0]
    assert set(give_stars(random.random(5000), random.standard_normal(5000), random)) == {1, 2, 3, 4, 5}


def logged(suits: float, only_once: bool) -> pd.DataFrame:
    count = 3000
    met = Encounters(np.arange(count), np.arange(count), np.full(count, 1000))
    return log_events(met, np.full(count, suits), np.full(count, 4), np.full(count, only_once),
                      np.random.default_rng(0))  # fmt: skip


def test_every_encounter_leaves_an_event_and_ratings_have_stars():
    events = logged(0.5, only_once=False)
    assert set(events["encounter"]) == set(range(3000))
    assert (events["value"].notna() == (events["event"] == "rating")).all()
    assert set(events["value"].dropna()) == {4.0}


def test_some_people_leave_a_single_view():
    events = logged(1.0, only_once=True)
    assert len(events) == 3000
    assert set(events["event"]) == {"view"}


def test_a_better_match_sells_more():
    sold = [(logged(suits, only_once=False)["event"] == "purchase").mean() for suits in (0.0, 1.0)]
    assert sold[1] > 2 * sold[0]


def test_people_buy_after_meeting_an_item_and_rate_after_buying():
    first = logged(1.0, only_once=False).groupby(["encounter", "event"])["timestamp"].min().unstack()
    assert (first["purchase"].dropna() >= 1060).all()
    both = first.dropna(subset=["purchase", "rating"])
    assert (both["rating"] - both["purchase"] >= DAY // 4).all()
