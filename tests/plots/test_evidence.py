import json

import pandas as pd

from tesserec.plots import evidence_figure

COLUMNS = ["item_id", "rank", "source", "share"]
ROWS = [
    ("b", 2, "popularity", 1.0),
    ("a", 1, "content", 0.5),
    ("a", 1, "popularity", 0.2),
    ("a", 1, "content", 0.3),
]
TITLES = {"a": "A long title that goes on and on and on and on", "b": "Short"}


def test_the_shares_of_each_source_are_summed_by_rank():
    popularity, content = evidence_figure(pd.DataFrame(ROWS, columns=COLUMNS), TITLES).data
    assert (popularity.name, content.name) == ("popularity", "content")
    assert list(content.y) == ["1. A long title that goes on and on and on …", "2. Short"]
    assert (list(content.x), list(popularity.x)) == ([0.8, 0], [0.2, 1])


def test_items_of_one_name_keep_bars_of_their_own():
    rows = pd.DataFrame(ROWS, columns=COLUMNS)
    assert list(evidence_figure(rows, {"a": "Same", "b": "Same"}).data[0].y) == ["1. Same", "2. Same"]


def test_without_evidence_it_says_so():
    figure = evidence_figure(pd.DataFrame(columns=COLUMNS), TITLES)
    assert "Nothing raised the score" in figure.layout.annotations[0].text


def test_the_figure_is_plain_json():
    figure = evidence_figure(pd.DataFrame(ROWS, columns=COLUMNS), TITLES)
    assert "bdata" not in figure.to_json()
    json.loads(figure.to_json())
