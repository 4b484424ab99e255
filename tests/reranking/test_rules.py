import numpy as np
import pytest

from tesserec.errors import ConfigError
from tesserec.reranking import Boost, Rule, adjustment, all_pass

from .planted import columns

HERE = "recommendation.reranking.filters.0"


def passing(column: str, **conditions) -> str:
    passes = Rule(HERE, column, **conditions).passes(columns())
    return "".join(name for name, passed in zip("abcdef", passes, strict=True) if passed)


@pytest.mark.parametrize(
    ("column", "conditions", "expected"),
    [
        ("price", {"at_most": 50}, "abe"),
        ("price", {"at_least": 50}, "bcf"),
        ("price", {"at_least": 20, "at_most": 50}, "be"),
        ("price", {"at_most": 50, "missing": True}, "abde"),
        ("price", {"missing": False}, "abcef"),
        ("category", {"among": ["Music"]}, "d"),
        ("category", {"among": ["Music"], "missing": True}, "de"),
        ("category", {"among": ["Books"]}, "abc"),
        ("category", {"among": ["Books > Crime"]}, "ab"),
        ("category", {"not_among": ["Books"]}, "def"),
        ("category", {"not_among": ["Books"], "missing": False}, "df"),
        ("category", {"among": ["Books"], "not_among": ["Books > Crime > Nordic"]}, "ac"),
        ("genre", {"among": ["Drama", "War"]}, "abef"),
        ("genre", {"not_among": ["Drama"]}, "cdf"),
        ("blurb", {"missing": False}, "acdf"),
    ],
)
def test_a_rule_passes_exactly(column, conditions, expected):
    assert passing(column, **conditions) == expected


@pytest.mark.parametrize(
    ("column", "conditions", "message"),
    [
        ("prise", {"at_most": 5}, r"filters\.0 names the column prise, .*price, .*; did you mean price\?$"),
        ("wxyz", {"at_most": 5}, r"column wxyz, but items has .*; correct or remove it\.$"),
        ("category", {"at_most": 5}, r"filters\.0 compares the column category with a number, .* category: "),
        ("price", {"among": ["5"]}, r"needs a column of categories, .* column price is number: "),
        ("blurb", {"among": ["x"]}, r"column_roles\.items\.blurb to category\.$"),
        ("category", {"among": ["Book"]}, r"value 'Book', .* column category .*; did you mean Books\?$"),
        ("genre", {"not_among": ["Horror"]}, r"'Horror', which no item has .*\(it has Comedy, Drama, War\)"),
        ("price", {}, r"tests nothing of the column price: give at_least, "),
        ("price", {"missing": True}, r"tests nothing of the column price"),
        ("price", {"at_least": 9, "at_most": 5}, r"at_least 9 and at_most 5 .*: exchange them"),
    ],
)
def test_a_rule_that_does_not_fit_says_where_and_what_to_do(column, conditions, message):
    with pytest.raises(ConfigError, match=message):
        passing(column, **conditions)


def test_all_filters_hold_together():
    rules = [Rule("p.0", "price", at_most=50.5), Rule("p.1", "genre", among=["Drama"])]
    np.testing.assert_array_equal(np.flatnonzero(all_pass(rules, columns())), [0, 1, 4])


def test_filters_that_leave_nothing_name_the_one_that_took_the_last():
    rules = [Rule("p.0", "price", at_most=10), Rule("p.1", "category", among=["Music"])]
    with pytest.raises(ConfigError, match=r"Parameter p\.1 leaves no item"):
        all_pass(rules, columns())


def test_boosts_of_one_item_multiply_and_add_up():
    boosts = [
        Boost(Rule("p.0", "price", at_most=50), factor=3),
        Boost(Rule("p.1", "genre", among=["Drama"]), factor=0.5),
        Boost(Rule("p.2", "genre", among=["War"]), add=0.25),
        Boost(Rule("p.3", "genre", among=["Drama"]), add=-1),
    ]
    made = adjustment(boosts, columns())
    np.testing.assert_allclose(made.factor, [1.5, 1.5, 1, 1, 1.5, 1])
    np.testing.assert_allclose(made.add, [-0.75, -1, 0, 0, -1, 0.25])
