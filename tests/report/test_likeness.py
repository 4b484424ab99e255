import pandas as pd

from tesserec.report import MATCH_TYPES, cited_by_content, likenesses
from tesserec.report.likeness import Piece


def evidence(*rows):
    columns = ["user_id", "item_id", "rank", "source", "kind", "cited", "share"]
    return pd.DataFrame(rows, columns=columns)


def matches(*rows):
    return pd.DataFrame(rows, columns=list(MATCH_TYPES))


def test_the_item_whose_content_gave_most_is_cited():
    told = evidence(
        ("u", "x", 2, "content", "item", "small", 0.1),
        ("u", "x", 2, "content", "item", "large", 0.2),
        ("u", "x", 2, "behaviour", "item", "chosen together", 0.3),
        ("u", "x", 2, "content", "rest", "", 0.4),
        ("u", "y", 1, "content", "item", "small", 0.05),
        ("v", "x", 1, "people", "item", "small", 0.9),
        ("v", "z", 3, "content", "item", "small", 0.9),
    )
    assert cited_by_content(told, suggestions=2).values.tolist() == [
        ["u", "y", "small", 0.05],
        ["u", "x", "large", 0.2],
    ]
    assert cited_by_content(told, suggestions=0).empty


def test_a_text_is_cut_into_its_matched_words_and_the_rest():
    """A word that stands twice is marked twice, and the strongest of its matches counts."""
    text = "Tea, <b>green</b> TEA pot."
    table = matches(
        ("u", "x", "old", 0.25, "en", "tea", "coffee", 0.04),
        ("u", "x", "old", 0.25, "en", "pot", "kettle", 0.03),
        ("u", "x", "old", 0.25, "en", "tea", "kettle", 0.02),
        ("u", "x", "old", 0.25, "en", "green", "red", 0.01),
    )
    ((pair, found),) = likenesses(table, {"x": text}, {"old": "Coffee & kettle"}, 2).items()
    assert pair == ("u", "x")
    assert (found.cited, found.share, found.language) == ("Coffee & kettle", 0.25, "en")
    assert found.strongest == [("tea", "coffee"), ("pot", "kettle")]
    assert "".join(piece.text for piece in found.pieces) == text
    assert [piece for piece in found.pieces if piece.matched] == [
        Piece("Tea", "coffee", 1),
        Piece("green", "red", 0.25),
        Piece("TEA", "coffee", 1),
        Piece("pot", "kettle", 0.75),
    ]


def test_words_of_chinese_and_of_other_languages_are_found():
    table = matches(
        ("u", "x", "old", 0.5, "zh", "北京", "上海", 0.02), ("v", "y", "old", 0.5, "other", "fado", "fado", 1)
    )
    found = likenesses(table, {"x": "我来到北京清华大学。", "y": "Fado em Alfama"}, {"old": "旧"}, 4)
    assert [piece.text for piece in found["u", "x"].pieces] == ["我来到", "北京", "清华大学。"]
    assert [found[pair].cited for pair in found] == ["旧", "旧"]
    assert [found[pair].language for pair in found] == ["zh", ""]


def test_without_matches_nothing_is_shown():
    assert likenesses(matches(), {}, {}, 4) == {}
