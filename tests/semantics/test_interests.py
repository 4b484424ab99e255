import numpy as np
import pandas as pd
import pytest

from tesserec.semantics.interests import find_interests


@pytest.fixture
def cards() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_id": ["i1", "i2", "i3", "i4"],
            "interest": [0, 0, 1, -1],
            "interest_name": ["space, star", "space, star", "bread", ""],
            "topic": [2, 1, 1, -1],
            "topic_name": ["film", "book", "book", ""],
            "keywords": ["alien|ship", "alien|robot", "oven", ""],
        }
    )


@pytest.fixture
def interactions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user_id": ["ann", "ann", "ann", "ann", "bob"],
            "item_id": ["i1", "i2", "i3", "i4", "i3"],
            "timestamp": [10.0, 20.0, 30.0, 40.0, np.nan],
            "weight": [1.0, 2.0, 1.0, 0.0, 0.0],
        }
    )


NO_TEXTS = pd.DataFrame({"user_id": [], "item_id": [], "interest": [], "topic": []})


def interests(cards, interactions, users=("bob", "ann", "eve"), texts=NO_TEXTS) -> pd.DataFrame:
    people = pd.Index(users, dtype="str")
    return find_interests(people, interactions, texts, cards, groups=2, keywords=2).set_index(people)


def test_a_history_is_summed_up_by_hand(cards, interactions):
    ann = interests(cards, interactions).loc["ann"]
    assert (ann["interests"], ann["interest_weights"]) == ("0|1", "0.750|0.250")
    assert ann["interest_names"] == "space, star|bread"
    assert (ann["topic_names"], ann["topic_weights"]) == ("book|film", "0.750|0.250")
    # alien 1 + 2, oven 1, robot 2 / 2, ship 1 / 2; equal weights come in the order of the alphabet
    assert ann["keywords"] == "alien|oven"
    assert ann["interest_trends"] == "", "three chosen items are too few"


def test_who_chose_nothing_has_no_interests(cards, interactions):
    table = interests(cards, interactions)
    assert (table.loc["eve"] == "").all()
    assert (table.loc["bob"] == "").all(), "a dislike shows no interest"


def test_repeated_events_add_up(cards, interactions):
    again = pd.concat([interactions, interactions.iloc[[2, 2]]])
    assert interests(cards, again).loc["ann", "interest_weights"] == "0.500|0.500"


def test_a_trend_is_the_newer_half_less_the_older(cards, interactions):
    chosen = interactions.iloc[:4].assign(weight=[1.0, 3.0, 1.0, 1.0])
    cards.loc[3, ["interest", "interest_name"]] = [1, "bread"]
    ann = interests(cards, chosen).loc["ann"]
    assert (ann["interests"], ann["interest_trends"]) == ("0|1", "-1.000|+1.000")
    # In the newer half now one item of each topic, with weights 1 and 3.
    cards.loc[2, ["interest", "interest_name"]] = [0, "space, star"]
    shifted = interests(cards, chosen.assign(weight=[1.0, 3.0, 1.0, 3.0])).loc["ann"]
    assert (shifted["interests"], shifted["interest_trends"]) == ("0|1", "-0.750|+0.750")


def test_without_times_there_is_no_trend(cards, interactions):
    chosen = interactions.iloc[:4].assign(weight=1.0, timestamp=np.nan)
    assert interests(cards, chosen).loc["ann", "interest_trends"] == ""


def test_empty_tables(cards, interactions):
    assert (interests(cards, interactions.iloc[:0]) == "").all(axis=None)
    assert (interests(cards.iloc[:0], interactions) == "").all(axis=None)
    assert interests(cards, interactions, users=()).empty


def test_texts_about_no_item_count_as_one_choice_each(cards, interactions):
    texts = pd.DataFrame(
        {
            "user_id": ["ann", "ann", "ann", "bob", "who"],
            "item_id": [None, None, "i1", None, None],
            "interest": [1, 1, 1, -1, 0],
            "topic": [7, 2, 1, 2, 2],
        }
    )
    table = interests(cards, interactions, texts=texts)
    # Three of weight and two searches against one; a review of an item counts by the item.
    assert table.loc["ann", ["interests", "interest_weights"]].tolist() == ["0|1", "0.500|0.500"]
    assert table.loc["ann", ["topics", "topic_weights"]].tolist() == ["1|2", "0.600|0.400"], "7 has no item"
    assert table.loc["bob", ["interests", "topic_names", "topic_weights"]].tolist() == ["", "film", "1.000"]
