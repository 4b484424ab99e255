import json

import numpy as np
import pandas as pd
import pytest

from tesserec.plots import activity_figure, popularity_figure

DAY = 86_400


def events(times, kinds=None):
    kinds = ["view"] * len(times) if kinds is None else kinds
    return pd.DataFrame(
        {"user_id": "u", "item_id": "i", "event": kinds, "timestamp": np.array(times, dtype=float)}
    )


def test_popularity_is_counted_from_the_most_to_the_least_popular():
    interactions = pd.DataFrame({"user_id": list("uuuv"), "item_id": list("abab")})
    items, users = popularity_figure(interactions).data
    assert (list(items.x), list(items.y), items.name) == ([1, 2], [2, 2], "2 items")
    assert list(users.y) == [3, 1]


def test_a_long_tail_is_thinned_but_keeps_its_ends():
    interactions = pd.DataFrame({"user_id": "u", "item_id": [str(i) for i in range(5000)] + ["0"] * 99})
    items = popularity_figure(interactions).data[0]
    assert len(items.x) <= 200
    assert (items.x[0], items.y[0]) == (1, 100)
    assert items.x[-1] == 5000


def test_every_event_is_drawn_once_by_kind():
    start = 1_600_000_000
    interactions = events([start, start + DAY, start + 90 * DAY], ["view", "buy", "view"])
    view, buy = activity_figure(interactions).data
    assert (view.name, sum(view.y), buy.name, sum(buy.y)) == ("view", 2, "buy", 1)
    assert view.x[0].startswith("2020-09-")


def test_rare_kinds_are_drawn_together():
    kinds = ["a"] * 5 + ["b"] * 3 + ["c", "d"]
    traces = activity_figure(events(range(10), kinds), kinds=2).data
    assert {trace.name: sum(trace.y) for trace in traces} == {"a": 5, "b": 3, "other": 2}


def test_a_clock_that_is_no_date_stays_a_number():
    (trace,) = activity_figure(events([1, 2, 3])).data
    assert all(isinstance(x, float) for x in trace.x)


@pytest.mark.parametrize("times", [[], [np.nan, np.nan]])
def test_unknown_times_are_said(times):
    figure = activity_figure(events(times))
    assert not figure.data
    assert "unknown" in figure.layout.annotations[0].text


def test_figures_are_plain_json():
    interactions = events([1.0, 2.0])
    for figure in (
        popularity_figure(interactions),
        activity_figure(interactions),
        popularity_figure(events([])),
    ):
        assert "bdata" not in figure.to_json()
        json.loads(figure.to_json())
