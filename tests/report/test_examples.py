import pandas as pd
import pytest

from tesserec.report import choose_examples
from tesserec.report.cards import NOBODY
from tesserec.report.likeness import Likeness

TITLES = {"a": "A <1>", "b": "B", "c": "三体", "d": "d"}


def history(**items):
    rows = [(user, item) for user, chosen in items.items() for item in chosen]
    return pd.DataFrame(rows, columns=["user_id", "item_id"])


def lists(*users):
    rows = [(user, item, rank, f"because {rank}") for user in users for rank, item in ((2, "b"), (1, "d"))]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rank", "reason"])


def profiles(**keywords):
    """Profiles of people of whom the keywords are known, and what they wrote."""
    groups = ("interest_names", "interest_weights", "interest_trends", "topic_names", "topic_weights")
    words = dict.fromkeys(groups, "") | {"attributes": "age: 30"}
    words |= {"likes": "tea: such good tea", "dislikes": ""}
    return pd.DataFrame(
        {"user_id": list(keywords), "keywords": list(keywords.values()), "texts": 1, "sentiment": 0.5}
    ).assign(**words)


def evidence(*rows):
    """Evidence of recommendations to the person u."""
    columns = ["item_id", "source", "kind", "share", "named"]
    return pd.DataFrame(rows, columns=columns).assign(user_id="u")


def choose(recommendations, interactions, user_profiles=None, evidence=evidence(), likenesses=None, **sizes):
    sizes = {"people": 3, "history": 2, "suggestions": 2, "private": False} | sizes
    known = profiles() if user_profiles is None else user_profiles
    return choose_examples(recommendations, evidence, interactions, TITLES, known, likenesses or {}, **sizes)


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


@pytest.mark.parametrize(("private", "likes"), [(False, []), (True, ["tea: such good tea"])])
def test_the_card_comes_from_the_profile_if_there_is_one(private, likes):
    known = profiles(u="tea|古琴", v="")
    examples = choose(lists("u", "v", "w"), history(u="ab", v="a"), known, private=private)
    cards = {example.user_id: example.card for example in examples}
    assert {user: card.keywords for user, card in cards.items()} == {"u": ["tea", "古琴"], "v": [], "w": []}
    assert {user: card.likes for user, card in cards.items()} == {"u": likes, "v": likes, "w": []}
    assert cards["w"] == NOBODY


@pytest.mark.parametrize("people", [0, 3])
def test_nobody(people):
    assert choose(lists(), history(u="a"), people=people) == []


def test_reasons_that_quote_what_a_person_wrote_or_told_are_left_out():
    recommendations = pd.DataFrame(
        {"user_id": "u", "item_id": list("abcd"), "rank": range(1, 5), "reason": list("wxyz")}
    )
    rows = [
        ("a", "words", "feature", 1.0, True),
        ("b", "words", "rest", 1.0, True),
        ("c", "words", "feature", 1.0, False),
        ("d", "profile", "feature", 1.0, True),
    ]
    told = evidence(*rows)
    for private, reasons in ((False, ["", "x", "y", ""]), (True, list("wxyz"))):
        (example,) = choose(recommendations, history(u="a"), evidence=told, suggestions=4, private=private)
        assert [suggestion.reason for suggestion in example.suggestions] == reasons


def test_evidence_is_summed_up_by_source():
    told = evidence(
        ("d", "words", "feature", 0.25, True),
        ("d", "content", "item", 0.5, True),
        ("d", "words", "rest", 0.125, True),
        ("d", "content", "rest", 0.125, True),
        ("b", "popularity", "rest", 1.0, True),
    )
    (example,) = choose(lists("u"), history(u="a"), evidence=told)
    first, second = example.suggestions
    assert list(first.shares.items()) == [("content", 0.625), ("words", 0.375)]
    assert second.shares == {"popularity": 1}


@pytest.mark.parametrize("private", [False, True])
def test_a_likeness_is_that_of_the_person_and_the_item(private):
    alike = {("u", "b"): Likeness("A", 0.5, "en", [], []), ("v", "d"): Likeness("B", 0.5, "en", [], [])}
    one, other = choose(lists("u", "v"), history(u="a"), likenesses=alike, private=private)
    found = {(example.user_id, s.title): s.likeness for example in (one, other) for s in example.suggestions}
    assert found == {
        ("u", "d"): None,
        ("u", "B"): alike["u", "b"],
        ("v", "d"): alike["v", "d"],
        ("v", "B"): None,
    }
