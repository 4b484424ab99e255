import numpy as np
import pandas as pd
import pytest

from tesserec.semantics.profiles import profile_users


@pytest.fixture
def cards() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_id": ["i1", "i2", "i3", "i4"],
            "topic": [0, 0, 1, -1],
            "topic_name": ["space, star", "space, star", "bread", ""],
            "keywords": ["alien|ship", "alien|robot", "oven", ""],
        }
    )


@pytest.fixture
def interactions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user_id": ["ann", "ann", "ann", "ann", "bob"],
            "item_id": ["i1", "i2", "i3", "i4", "i3"],
            "value": [5.0, 4.0, np.nan, 3.0, np.nan],
            "timestamp": [10.0, 20.0, 30.0, 40.0, np.nan],
            "weight": [1.0, 2.0, 1.0, 0.0, 0.0],
        }
    )


def profiles(cards, interactions, users=("bob", "ann", "eve"), topics=2, keywords=2) -> pd.DataFrame:
    return profile_users(pd.Series(users, dtype="str"), interactions, cards, topics, keywords).set_index(
        "user_id"
    )


def test_a_history_is_summed_up_by_hand(cards, interactions):
    ann = profiles(cards, interactions).loc["ann"]
    assert ann[["events", "mean_value", "first_timestamp", "last_timestamp"]].tolist() == [4, 4.0, 10.0, 40.0]
    assert (ann["topics"], ann["topic_weights"]) == ("0|1", "0.750|0.250")
    assert ann["topic_names"] == "space, star|bread"
    # alien 1 + 2, oven 1, robot 2 / 2, ship 1 / 2; equal weights come in the order of the alphabet
    assert ann["keywords"] == "alien|oven"


def test_everyone_gets_a_profile_in_the_order_asked(cards, interactions):
    table = profiles(cards, interactions)
    assert list(table.index) == ["bob", "ann", "eve"]
    assert table["events"].tolist() == [1, 4, 0]
    for nothing in ("topics", "topic_names", "topic_weights", "keywords"):
        assert table.loc["eve", nothing] == ""
        assert table.loc["bob", nothing] == "", "a dislike shows no interest"
    assert np.isnan(table.loc["bob", "first_timestamp"])


def test_repeated_events_add_up(cards, interactions):
    again = pd.concat([interactions, interactions.iloc[[2, 2]]])
    assert profiles(cards, again).loc["ann", "topic_weights"] == "0.500|0.500"


def test_empty_tables(cards, interactions):
    none = profiles(cards, interactions.iloc[:0])
    assert none["events"].tolist() == [0, 0, 0]
    assert (profiles(cards.iloc[:0], interactions)["keywords"] == "").all()
    assert profiles(cards, interactions, users=()).empty
