import numpy as np

from tesserec.report.cards import NOBODY, Interest, profile_card

PROFILE = {
    "interest_names": "music, songs|bread|space",
    "interest_weights": "0.600|0.300|0.100",
    "interest_trends": "+0.250|-0.100|+0.099",
    "topic_names": "books|films",
    "topic_weights": "0.700|0.300",
    "keywords": "guitar|oven",
    "texts": 3,
    "sentiment": 0.8,
    "likes": "sound: it sings",
    "dislikes": "price: too dear",
    "attributes": "age: 30|city: Leeds",
}
EMPTY = dict.fromkeys(PROFILE, "") | {"texts": 0, "sentiment": np.nan}


def test_a_row_becomes_a_card():
    card = profile_card(PROFILE, private=False)
    assert card.interests == [
        Interest("music, songs", 0.6, "rising"),
        Interest("bread", 0.3, "falling"),
        Interest("space", 0.1, "steady"),
    ]
    assert card.topics == [("books", 0.7), ("films", 0.3)]
    assert (card.keywords, card.texts, card.sentiment) == (["guitar", "oven"], 3, 0.8)


def test_own_words_are_shown_only_where_they_may_be():
    card = profile_card(PROFILE, private=True)
    assert (card.likes, card.dislikes) == (["sound: it sings"], ["price: too dear"])
    assert card.attributes == ["age: 30", "city: Leeds"]
    hidden = profile_card(PROFILE, private=False)
    assert hidden.likes == hidden.dislikes == hidden.attributes == []


def test_unknown_parts_are_left_out():
    assert profile_card(EMPTY, private=True) == NOBODY
    untimed = profile_card(PROFILE | {"interest_trends": ""}, private=False)
    assert [interest.trend for interest in untimed.interests] == ["", "", ""]
