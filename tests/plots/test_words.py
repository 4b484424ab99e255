import pandas as pd

from tesserec.plots import word_match_figure
from tesserec.report import MATCH_TYPES


def matches(*rows):
    return pd.DataFrame(rows, columns=list(MATCH_TYPES))


def test_the_two_texts_with_the_strongest_match_are_drawn():
    table = matches(
        ("u", "x", "old", 0.5, "en", "tea", "coffee", 0.04),
        ("v", "x", "old", 0.5, "en", "tea", "coffee", 0.01),
        ("v", "y", "old", 0.5, "en", "violin", "fiddle", 0.05),
        ("v", "y", "old", 0.5, "en", "bow", "string", 0.02),
        ("v", "y", "old", 0.5, "en", "violin", "string", 0.03),
    )
    figure = word_match_figure(table, {"y": "A violin " * 9, "old": "Old"})
    (cells,) = figure.data
    assert (list(cells.x), list(cells.y)) == (["violin", "bow"], ["fiddle", "string"])
    assert [list(row) for row in cells.z] == [[0.05, None], [0.03, 0.02]]
    assert figure.layout.xaxis.title.text == "A violin A violin A violin A violin A …, recommended"
    assert figure.layout.yaxis.title.text == "Old, chosen before"


def test_without_matches_it_says_so():
    figure = word_match_figure(matches(), {})
    assert figure.layout.annotations[0].text == "No words were matched."
