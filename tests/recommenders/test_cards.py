import numpy as np

from tesserec.recommenders.cards import SHARED, ItemCards
from tesserec.recommenders.reasons import Evidence

KEYWORDS = [["tea", "cup", "home", "blue"], ["cup", "home", "tea", "red"], ["home", "tea", "train"], []]
CARDS = ItemCards(list("abcd"), np.full(4, "en"), KEYWORDS)


def evidence(source: str, *cited: int) -> Evidence:
    return Evidence({source: 1.0}, {source: {item: 0.1 for item in cited}})


def test_shared_is_what_every_cited_item_has_best_of_the_item_first():
    assert CARDS.shared(0, evidence("content", 2)) == ["tea", "home"]
    assert CARDS.shared(0, evidence("content", 1, 2)) == ["tea", "home"]
    assert CARDS.shared(2, evidence("content", 0, 1)) == ["home", "tea"]
    assert CARDS.shared(1, evidence("content", 0)) == ["cup", "home"][:SHARED]
    assert CARDS.shared(0, evidence("content", 1, 3)) == []


def test_only_what_is_told_of_the_content_is_shared():
    assert CARDS.shared(0, evidence("behaviour", 1)) == []
    weak = Evidence({"popularity": 0.9, "content": 0.1}, {"content": {1: 0.1}})
    assert CARDS.shared(0, weak) == []
