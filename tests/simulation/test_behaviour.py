import numpy as np
import pandas as pd

from tesserec.simulation.behaviour import simulate_part
from tesserec.simulation.people import TASTE_COLUMNS


def with_truth(world) -> pd.DataFrame:
    tastes = world.people.set_index("user_id")[TASTE_COLUMNS].rename(
        columns=lambda name: name.removeprefix("taste_")
    )
    themes = world.items.set_index("item_id")[["theme", "quality"]]
    events = world.part.interactions.join(themes, on="item_id")
    taste = tastes.stack().rename("taste")
    return events.join(taste, on=["user_id", "theme"])


def test_people_mostly_meet_their_favourite_theme(world):
    counts = with_truth(world).groupby(["user_id", "theme"]).size().unstack(fill_value=0)
    active = counts[counts.sum(axis=1) >= 10]
    planted = world.people.set_index("user_id")[TASTE_COLUMNS].idxmax(axis=1).str.removeprefix("taste_")
    assert (active.idxmax(axis=1) == planted[active.index]).mean() > 0.6


def test_stars_show_taste_and_quality(world):
    ratings = with_truth(world).query("event == 'rating'")
    assert ratings["value"].corr(ratings["taste"]) > 0.5
    assert ratings["value"].corr(ratings["quality"]) > 0.2


def test_tables_have_the_columns_of_the_contract(world):
    part = world.part
    assert list(part.interactions) == ["user_id", "item_id", "event", "value", "timestamp"]
    assert list(part.texts) == ["user_id", "item_id", "kind", "text", "timestamp"]
    assert list(part.pairs) == ["user_id", "item_id"]
    for table in (part.interactions, part.texts):
        assert table["timestamp"].is_monotonic_increasing
    assert set(part.texts["kind"]) == {"review", "search"}
    assert (part.texts["item_id"].isna() == (part.texts["kind"] == "search")).all()


def test_every_review_belongs_to_a_rating(world):
    reviews = world.part.texts.query("kind == 'review'")
    ratings = world.part.interactions.query("event == 'rating'")
    keys = ["user_id", "item_id", "timestamp"]
    assert len(reviews.merge(ratings, on=keys)) == len(reviews)
    assert 0.4 < len(reviews) / len(ratings) < 0.6


def test_readers_write_in_their_language(world):
    texts = world.part.texts.merge(world.people[["user_id", "language"]], on="user_id")
    chinese = texts["text"].str.contains(r"[\u4e00-\u9fff]")
    assert chinese[(texts["language"] == "zh") & (texts["kind"] == "review")].all()
    searches = texts["kind"] == "search"
    assert not chinese[(texts["language"] == "en") & searches].any()


def test_some_people_are_cold_and_some_leave_one_event(world):
    events = world.part.interactions.groupby("user_id").size().reindex(world.people["user_id"], fill_value=0)
    encounters = world.people.set_index("user_id")["encounters"]
    assert ((events == 0) == (encounters == 0)).all()
    assert (events[encounters == 1] == 1).all()
    quiet = set(encounters[encounters == 0].index)
    assert 0 < len(quiet & set(world.part.texts["user_id"])) < len(quiet)


def test_cold_items_have_no_events(world):
    cold = set(world.items[world.items["popularity"] == 0]["item_id"])
    assert len(cold) == 12
    assert not cold & set(world.part.interactions["item_id"])


def test_pairs_were_never_met_and_are_half_well_matched(world):
    pairs = world.part.pairs
    assert len(pairs.drop_duplicates()) == 100
    assert pairs.merge(world.part.interactions, on=["user_id", "item_id"]).empty


def test_another_seed_makes_other_data(world, other_world):
    assert not world.part.interactions.equals(other_world.part.interactions)
    assert not world.part.texts.equals(other_world.part.texts)


def simulate(world, people, number):
    return simulate_part(
        people, world.items, world.market, number, start=0, days=365, stay=0.3, follow=0.2, noise=0.1,
        review_share=0.5, search_share=0.2, pairs=0, seed=7,
    )  # fmt: skip


def test_parts_are_independent_and_repeatable(world):
    people = world.people.head(60)
    first, again, other = (simulate(world, people, number) for number in (1, 1, 2))
    pd.testing.assert_frame_equal(first.interactions, again.interactions)
    assert not first.interactions.equals(other.interactions)


def test_people_without_events_make_empty_tables_of_the_same_types(world):
    quiet = simulate(world, world.people.head(5).assign(encounters=0), 0)
    assert quiet.interactions.empty
    assert quiet.interactions.dtypes.equals(world.part.interactions.dtypes)
    assert quiet.pairs.dtypes.equals(world.part.pairs.dtypes)
    assert np.isin(quiet.texts["kind"], "search").all()
