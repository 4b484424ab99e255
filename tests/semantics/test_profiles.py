import numpy as np
import pandas as pd
import pytest

from tesserec.semantics.profiles import profile_users

ROLES = {"age": "number", "city": "category", "hobbies": "multi_category", "biography": "text"}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    return {
        "users": pd.DataFrame(
            {
                "user_id": pd.Series(["bob", "ann", "eve"], dtype="str"),
                "age": [30.0, np.nan, 41.5],
                "city": ["Leeds", None, "成都"],
                "hobbies": [None, "tea|chess", None],
                "biography": ["I live alone.", "Secret.", ""],
            }
        ),
        "interactions": pd.DataFrame(
            {
                "user_id": ["ann", "ann", "bob"],
                "item_id": ["i1", "i2", "i1"],
                "value": [5.0, 4.0, np.nan],
                "timestamp": [10.0, 40.0, np.nan],
                "weight": [1.0, 1.0, 0.0],
            }
        ),
        "item_cards": pd.DataFrame(
            {
                "item_id": ["i1", "i2"],
                "interest": [0, 0],
                "interest_name": "space",
                "topic": [0, 1],
                "topic_name": ["film", "book"],
                "keywords": ["alien", ""],
            }
        ),
        "texts": pd.DataFrame({"user_id": ["bob"], "item_id": [None], "interest": [0], "topic": [1]}),
        "opinions": pd.DataFrame({"user_id": ["ann", "ann", "bob"], "positive": [0.5, 0.9, np.nan]}),
        "aspect_opinions": pd.DataFrame(
            {"user_id": ["ann"], "aspect": ["plot"], "phrase": ["a plot that grips"], "positive": [0.9]}
        ),
    }


def profiles(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return profile_users(**tables, roles=ROLES, groups=2, keywords=2, likings=2)


def test_a_profile_is_put_together_by_hand(tables):
    ann = profiles(tables).set_index("user_id").loc["ann"]
    assert ann[["events", "mean_value", "first_timestamp", "last_timestamp"]].tolist() == [2, 4.5, 10.0, 40.0]
    assert ann[["interest_names", "interest_weights", "keywords"]].tolist() == ["space", "1.000", "alien"]
    assert ann[["topic_names", "topic_weights"]].tolist() == ["film|book", "0.500|0.500"]
    assert ann["texts"] == 2
    assert ann["sentiment"] == pytest.approx(0.7)
    assert ann[["likes", "dislikes"]].tolist() == ["plot: a plot that grips", ""]
    assert ann["attributes"] == "hobbies: tea, chess"


def test_everyone_gets_a_profile_in_the_order_of_the_users(tables):
    table = profiles(tables)
    assert table["user_id"].tolist() == ["bob", "ann", "eve"]
    assert table["events"].tolist() == [1, 2, 0]
    assert table["texts"].tolist() == [1, 2, 0]
    assert np.isnan(table.loc[[0, 2], "sentiment"]).all()
    assert table["attributes"].tolist() == [
        "age: 30|city: Leeds",
        "hobbies: tea, chess",
        "age: 41.5|city: 成都",
    ]


def test_who_only_searches_has_interests(tables):
    table = profiles(tables).set_index("user_id")
    assert table.loc["bob", ["interest_names", "topic_names"]].tolist() == ["space", "book"]


def test_free_text_stays_out(tables):
    assert not profiles(tables)["attributes"].str.contains("Secret|alone").any()


def test_empty_tables(tables):
    empty = {name: table.iloc[:0] for name, table in tables.items()}
    assert profiles(empty).empty
    nothing = profiles(empty | {"users": tables["users"]})
    assert nothing["events"].tolist() == [0, 0, 0]
    parts = ("s", "_names", "_weights", "_trends")
    groups = [f"{kind}{part}" for kind in ("interest", "topic") for part in parts]
    lists = [*groups, "keywords", "likes", "dislikes"]
    assert (nothing[lists] == "").all(axis=None)
