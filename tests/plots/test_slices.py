import json

import pandas as pd
import pytest

from tesserec.plots import slice_figure

NAN = float("nan")
COLUMNS = ["recommender", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"]


def slices() -> pd.DataFrame:
    known = [("items", "warm", 900, 1500), ("items", "tail", 10, 12), ("items", "cold", 0, 0),
             ("users", "new", 7, 9)]  # fmt: skip
    rows = [
        (name, slicing, part, users, targets, "ndcg@10", *((v, v - 0.1, v + 0.2) if users else (NAN,) * 3))
        for slicing, part, users, targets in known
        for name, v in (("fusion", 0.5), ("ease", 0.4), ("popularity", 0.0))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def drawn(table: pd.DataFrame, metric: str = "ndcg@10", names=("fusion", "popularity")) -> dict:
    """What a browser gets: plain JSON, which has neither NaN nor packed arrays."""
    text = slice_figure(table, metric, list(names)).to_json()
    assert "NaN" not in text
    assert "bdata" not in text
    return json.loads(text)


def test_a_panel_for_each_slicing_with_the_counts():
    layout = drawn(slices())["layout"]
    assert layout["yaxis"]["ticktext"] == [
        "warm<br>1,500 targets, 900 people",
        "tail<br>12 targets, 10 people",
        "cold<br>0 targets, 0 people",
    ]
    assert layout["yaxis2"]["ticktext"] == ["new<br>9 targets, 7 people"]
    headings = [note["text"] for note in layout["annotations"]]
    assert headings == ["How many have the hidden item", "How long the person's history is"]


def test_points_have_their_intervals_and_do_not_hide_each_other():
    traces = drawn(slices())["data"]
    fused, popular = (trace for trace in traces if trace["yaxis"] == "y")
    assert fused["x"] == [0.5, 0.5, None]
    assert fused["error_x"]["array"] == pytest.approx([0.2, 0.2, None])
    assert fused["error_x"]["arrayminus"] == pytest.approx([0.1, 0.1, None])
    assert popular["x"] == [0.0, 0.0, None]
    assert [round(place) for place in fused["y"]] == [0, 1, 2]
    assert all(above < below for above, below in zip(fused["y"], popular["y"], strict=True))


def test_only_who_is_named_is_drawn_and_once_in_the_legend():
    traces = drawn(slices(), names=("fusion", "ease", "unknown"))["data"]
    assert {trace["name"] for trace in traces} == {"Fusion", "EASE"}
    assert [trace["showlegend"] for trace in traces] == [True, True, False, False]


@pytest.mark.parametrize(("table", "metric"), [(slices(), "map@3"), (slices()[:0], "ndcg@10")])
def test_nothing_measured(table, metric):
    figure = drawn(table, metric)
    assert figure["data"] == []
    assert "was measured in no slice" in figure["layout"]["annotations"][0]["text"]
