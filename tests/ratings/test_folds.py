import numpy as np
import pandas as pd
import pytest

from tesserec.ratings import find_scale, rolling_folds

ITEMS = np.array([f"i{k}" for k in range(100)])


def log(values=(1.0, 5.0)):
    """Ten people rate an item each in turn, a hundred ratings, one a day."""
    days = np.arange(100)
    return pd.DataFrame(
        {
            "user_id": [f"u{k}" for k in days % 10],
            "item_id": ITEMS[days],
            "value": np.resize(values, 100),
            "timestamp": days.astype(float),
        }
    )


def cut(table, **changed):
    return rolling_folds(table, ITEMS, find_scale(table, "auto"), **{"people": 50, "seed": 0} | changed)


def test_each_tenth_is_predicted_from_what_came_before():
    table = log().sort_values("user_id", kind="stable")
    folds = cut(table)
    assert len(folds) == 3
    for number, fold in enumerate(folds):
        start = 90 - 10 * number
        assert fold.history["timestamp"].max() < start
        assert len(fold.history) == start
        assert set(fold.pairs["item_id"]) == set(ITEMS[start : start + 10])
        assert fold.ranking_scores is None


def test_people_without_a_history_are_left_out():
    table = log()
    table.loc[95:, "user_id"] = "stranger"
    assert "stranger" not in set(cut(table)[0].pairs["user_id"])
    assert len(cut(table)[0].pairs) == 5


def test_a_log_of_visitors_has_no_folds():
    table = log()
    table["user_id"] = [f"u{k // 5}" for k in range(100)]
    assert cut(table) == []


def test_people_are_drawn_by_seed():
    draws = [set(cut(log(), people=3, seed=seed)[0].pairs["user_id"]) for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
    assert len(draws[0]) == 3


@pytest.mark.parametrize("change", [{"timestamp": np.nan}, {"value": np.nan}, {"timestamp": 7.0}])
def test_without_ratings_or_times_there_is_no_past(change):
    table = log().assign(**change)
    assert cut(table) == []
    assert cut(table.iloc[:0]) == []
