import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.ratings import find_scale


def log(values, event="rating"):
    return pd.DataFrame({"user_id": "u", "item_id": [str(k) for k in range(len(values))], "event": event,
                         "value": np.asarray(values, float)})  # fmt: skip


@pytest.mark.parametrize(
    ("values", "likes"),
    [
        ([0, 1, 0, 0], [False, True, False, False]),
        ([1, 2, 3, 4, 5], [False, False, False, True, True]),
        ([0.5, 3.0, 3.5, 5.0], [False, False, True, True]),
        ([1, 5, 6, 7, 10], [False, False, False, True, True]),
        ([-10, -2, 2, 10], [False, False, False, True]),
    ],
)
def test_likes_on_common_scales(values, likes):
    scale = find_scale(log(values), "auto")
    assert scale.graded
    assert scale.likes(np.asarray(values, float)).tolist() == likes


@pytest.mark.parametrize(
    "values",
    [
        [np.nan, np.nan],
        [1, 1, 1],
        [5, 5],
        [1, 1, 1, 2, 3],
        [3, 40, 60, 900, 12000],
        [],
    ],
    ids=["none", "ones", "constant", "quantities", "plays", "empty"],
)
def test_what_is_not_a_rating(values):
    scale = find_scale(log(values), "auto")
    assert not scale.graded
    assert np.isnan(scale.clip(np.array([3.0]))).all()


def test_ratings_are_found_among_other_events():
    table = pd.concat([log([1, 2, 4, 5, 5]), log([30, 500, 4000, 9, 8, 7], "view")], ignore_index=True)
    scale = find_scale(table, "auto")
    assert (scale.event, scale.low, scale.high) == ("rating", 1, 5)
    assert scale.observations(table)["value"].tolist() == [1, 2, 4, 5, 5]


def test_the_last_value_of_a_pair_counts():
    table = log([1, 2, 5])
    table["item_id"] = ["a", "b", "a"]
    values = find_scale(table, "auto").observations(table).set_index("item_id")["value"]
    assert values.to_dict() == {"a": 5, "b": 2}


def test_disliked_events_are_no_occurrences():
    table = log([np.nan, np.nan]).assign(weight=[0.0, 1.0])
    assert find_scale(table, "auto").observations(table)["item_id"].tolist() == ["1"]


def test_a_threshold_above_every_rating_is_an_error():
    assert find_scale(log([1, 3, 5]), 3.0).likes(np.array([2.9, 3.0])).tolist() == [False, True]
    with pytest.raises(ConfigError, match="like_threshold is 6"):
        find_scale(log([1, 3, 5]), 6.0)
