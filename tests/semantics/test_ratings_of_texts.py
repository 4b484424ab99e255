import numpy as np
import pandas as pd
import pytest

from tesserec.ratings.scale import find_scale
from tesserec.semantics.ratings_of_texts import rated_texts, user_means


def log(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["user_id", "item_id", "value"])


def test_stars_are_read_on_the_scale_of_who_gave_them():
    generous = [("gus", f"g{n}", 5.0) for n in range(20)]
    strict = [("sam", f"s{n}", 2.0) for n in range(20)]
    events = log(*generous, *strict, ("gus", "x", 4.0), ("sam", "x", 4.0))
    scale = find_scale(events, "auto")
    texts = log(("gus", "x", 0), ("sam", "x", 0), ("new", "x", 0))
    told = rated_texts(texts, events, scale, *user_means(events))
    assert told["row"].tolist() == [0, 1]
    assert told["favourable"].tolist() == [False, True]
    mean = 148 / 42
    first, second = (5 * mean + 104) / 26 - 4, 4 - (5 * mean + 44) / 26
    np.testing.assert_allclose(told["weight"], np.array([first, second]) / np.mean([first, second]))


def test_zero_and_one_are_complaint_and_praise_whoever_gave_them():
    events = log(("a", "x", 1.0), ("a", "y", 1.0), ("b", "x", 0.0))
    texts = pd.DataFrame({"user_id": ["b", "a", "a"], "item_id": ["x", "y", None]})
    told = rated_texts(texts, events, find_scale(events, "auto"), *user_means(events))
    assert told[["row", "favourable"]].to_numpy().tolist() == [[0, False], [1, True]]
    assert told["weight"].tolist() == [1, 1]


@pytest.mark.parametrize("rows", [[], [("a", "x", 7.0)]])
def test_a_log_without_ratings_tells_nothing(rows):
    events = log(*rows)
    texts = log(("a", "x", 0))
    told = rated_texts(texts, events, find_scale(events, "auto"), pd.Series(dtype=float), np.nan)
    assert told.empty
    assert list(told) == ["row", "favourable", "weight"]
