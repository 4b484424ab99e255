import numpy as np
import pandas as pd
import pytest

from tesserec.ratings import find_scale, training_pairs

ITEMS = np.array([f"i{k}" for k in range(20)])


def occurrences(pairs):
    return pd.DataFrame(pairs, columns=["user_id", "item_id"]).assign(value=np.nan)


def test_ratings_are_labelled_and_nothing_is_drawn():
    table = pd.DataFrame(
        {"user_id": ["a", "a", "b"], "item_id": ["i1", "i2", "i1"], "value": [5.0, 2.0, 4.0]}
    )
    pairs = training_pairs(table, table, ITEMS, find_scale(table, "auto"), unseen_per_pair=3, seed=0)
    assert pairs["liked"].tolist() == [True, False, True]
    assert (pairs["weight"] == 1).all()


def test_unseen_pairs_are_unseen_and_weigh_what_they_stand_for():
    history = occurrences([("a", "i0"), ("a", "i1"), ("b", "i2")])
    held_out = occurrences([("a", "i3"), ("b", "i4")])
    pairs = training_pairs(history, held_out, ITEMS, find_scale(history, "auto"), unseen_per_pair=8, seed=1)
    drawn = pairs[~pairs["liked"]]
    assert len(drawn) > 0
    assert not drawn.duplicated(["user_id", "item_id"]).any()
    assert drawn.merge(pd.concat([history, held_out]), on=["user_id", "item_id"]).empty
    assert drawn["weight"].sum() == pytest.approx(2 * 20 - 5)


def test_the_draw_follows_the_seed():
    history, held_out = occurrences([("a", "i0")]), occurrences([("a", "i3")])
    scale = find_scale(history, "auto")
    draws = [
        training_pairs(history, held_out, ITEMS, scale, unseen_per_pair=5, seed=seed) for seed in (3, 3, 4)
    ]
    pd.testing.assert_frame_equal(draws[0], draws[1])
    assert not draws[0].equals(draws[2])


def test_people_who_are_drawn_stand_for_the_others():
    """Ten people with two new items each: four who are drawn weigh as much as the ten, and nobody is lost."""
    history = occurrences([(f"u{k}", "i0") for k in range(30)])
    held_out = occurrences([(f"u{k}", f"i{k + step}") for k in range(10) for step in (1, 2)])
    scale = find_scale(history, "auto")
    pairs = training_pairs(history, held_out, ITEMS, scale, unseen_per_pair=5, seed=0, people=4)
    likes, drawn = pairs[pairs["liked"]], pairs[~pairs["liked"]]
    assert likes["user_id"].nunique() == 4
    assert likes["weight"].sum() == pytest.approx(20)
    assert drawn["weight"].sum() == pytest.approx(30 * 20 - 30 - 20)
    # What occurred to those who were not drawn did occur.
    assert drawn.merge(held_out, on=["user_id", "item_id"]).empty


def test_ratings_of_people_who_are_drawn_weigh_one():
    table = pd.DataFrame({"user_id": ["a", "b", "c"], "item_id": "i1", "value": [5.0, 2.0, 4.0]})
    pairs = training_pairs(
        table, table, ITEMS, find_scale(table, "auto"), unseen_per_pair=3, seed=0, people=2
    )
    assert len(pairs) == 2
    assert set(pairs["weight"]) == {1.0}
