import numpy as np

from tesserec.recommenders.cards import SHARED, ItemCards
from tesserec.recommenders.reasons import Evidence

KEYWORDS = [["tea", "cup", "home", "blue"], ["cup", "home", "tea", "red"], ["home", "tea", "train"], []]
CARDS = ItemCards(list("abcd"), np.full(4, "en"), KEYWORDS)


def evidence(source: str, *cited: int) -> Evidence:
    return Evidence({source: 1.0}, {source: {item: 0.1 for item in cited}})


def test_shared_is_what_every_cited_item_has_best_of_the_item_first():
    assert CARDS.shared(0, evidence("content", 2), "en") == ["tea", "home"]
    assert CARDS.shared(0, evidence("content", 1, 2), "en") == ["tea", "home"]
    assert CARDS.shared(2, evidence("content", 0, 1), "en") == ["home", "tea"]
    assert CARDS.shared(1, evidence("content", 0), "en") == ["cup", "home"][:SHARED]
    assert CARDS.shared(0, evidence("content", 1, 3), "en") == []


def test_only_what_is_told_of_the_content_is_shared():
    assert CARDS.shared(0, evidence("behaviour", 1), "en") == []
    weak = Evidence({"popularity": 0.9, "content": 0.1}, {"content": {1: 0.1}})
    assert CARDS.shared(0, weak, "en") == []


def test_words_of_another_language_than_the_sentence_are_left_out():
    cards = ItemCards(list("ab"), np.full(2, "en"), [["tea", "茶", "home, 家"], ["茶", "tea", "home, 家"]])
    assert cards.shared(0, evidence("content", 1), "en") == ["tea"]
    assert cards.shared(0, evidence("content", 1), "zh") == ["茶", "home, 家"]
