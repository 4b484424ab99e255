import pandas as pd
import pytest

from tesserec.report import choose_examples, without_private_words

ITEMS = pd.DataFrame({"item_id": ["a", "b", "c", "d"], "title": ["A <1>", "B", "三体", ""]})


def history(**items):
    rows = [(user, item) for user, chosen in items.items() for item in chosen]
    return pd.DataFrame(rows, columns=["user_id", "item_id"])


def lists(*users):
    rows = [(user, item, rank, f"because {rank}") for user in users for rank, item in ((2, "b"), (1, "d"))]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rank", "reason"])


def profiles(**keywords):
    return pd.DataFrame({"user_id": list(keywords), "keywords": list(keywords.values())})


def choose(recommendations, interactions, user_profiles=None, **sizes):
    sizes = {"people": 3, "history": 2, "suggestions": 2} | sizes
    known = profiles() if user_profiles is None else user_profiles
    return choose_examples(recommendations, interactions, ITEMS, known, **sizes)


def test_people_are_picked_from_no_history_to_the_longest():
    interactions = history(one="a", two="ab", three="abc", four="abcd")
    chosen = choose(lists("new", "one", "two", "three", "four"), interactions)
    assert [(example.user_id, example.known_items) for example in chosen] == [
        ("new", 0),
        ("two", 2),
        ("four", 4),
    ]


def test_history_is_newest_first_and_names_a_repeated_item_once():
    (example,) = choose(lists("u"), history(u="abca"), history=3)
    assert example.history == ["A <1>", "三体", "B"]
    assert example.known_items == 3


def test_suggestions_are_in_order_and_an_item_without_title_is_named_by_id():
    (example,) = choose(lists("u"), history(u="a"))
    assert [(s.rank, s.title, s.reason) for s in example.suggestions] == [
        (1, "d", "because 1"),
        (2, "B", "because 2"),
    ]


def test_interests_come_from_the_profile_if_there_is_one():
    known = profiles(u="tea|古琴", v=None)
    examples = choose(lists("u", "v", "w"), history(u="ab", v="a"), known)
    assert {example.user_id: example.interests for example in examples} == {
        "u": ["tea", "古琴"],
        "v": [],
        "w": [],
    }


@pytest.mark.parametrize("people", [0, 3])
def test_nobody(people):
    assert choose(lists(), history(u="a"), people=people) == []


def test_reasons_that_quote_what_a_person_wrote_are_left_out():
    lists = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "a"], "reason": ["x", "y", "z"]})
    rows = [
        ("u", "a", "words", "feature", True),
        ("u", "b", "words", "rest", True),
        ("v", "a", "words", "feature", False),
    ]
    evidence = pd.DataFrame(rows, columns=["user_id", "item_id", "source", "kind", "named"])
    assert without_private_words(lists, evidence)["reason"].tolist() == ["", "y", "z"]
