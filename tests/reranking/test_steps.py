import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tesserec.recommenders import Profiles
from tesserec.recommenders.ranking import Eligible, top_items
from tesserec.reranking import (
    Adjustment,
    Cap,
    Diversity,
    ReRanking,
    collect_exclusions,
    popularity_damping,
)

from .planted import candidates, falling

USERS = np.array(["u0", "u1"], dtype=object)
ITEM_IDS = np.array([f"i{item}" for item in range(6)], dtype=object)
ITEMS = candidates([0, 1, 2, 3, 4], [5, 4, 3])
SCORES = falling(ITEMS)
NONE = np.zeros(6, np.float32)


def excluding(**own: list[str]):
    rows = [(item, user) for user, items in own.items() for item in items]
    return collect_exclusions(ITEM_IDS, ["i0"], pd.DataFrame(rows, columns=["item_id", "user_id"]), "p")


EACH = {
    "filtered": ReRanking(5, passing=np.array([1, 0, 1, 1, 0, 1], bool)),
    "excluded": ReRanking(5, exclusions=excluding(u1=["i4"])),
    "boosted": ReRanking(5, boosts=Adjustment(np.ones(6, np.float32), np.eye(6, dtype=np.float32)[3] * 2)),
    "damped": ReRanking(5, damping=np.eye(6, dtype=np.float32)[0] * 0.6),
    "capped": ReRanking(5, caps=(Cap(np.array([[0], [0], [1], [1], [1], [0]]), 1),)),
    "diverse": ReRanking(5, diversity=Diversity(np.eye(3, dtype=np.float32)[[0, 0, 1, 1, 2, 2]], 0.9)),
}
# By hand; normalised scores of the first person are 1, .75, .5, .25, 0.
EXPECTED = {
    "filtered": ([0, 1, 2], [5, 4, 3]),
    "excluded": ([0, 1, 2], [5, 4, 3]),
    "boosted": ([3, 0, 1], [3, 5, 4]),
    "damped": ([1, 2, 0], [5, 4, 3]),
    "capped": ([0, 2, -1], [5, 4, -1]),
    "diverse": ([0, 2, 4], [5, 3, 4]),
}


@pytest.mark.parametrize("name", EACH)
def test_each_step_by_hand(name):
    items, scores = EACH[name].rerank(ITEMS, SCORES, 3)
    np.testing.assert_array_equal(items, EXPECTED[name])
    assert scores.dtype == np.float32
    given = [dict(zip(*one, strict=True)) for one in zip(ITEMS, SCORES, strict=True)]
    expected = [
        [given[user][item] if item >= 0 else 0 for item in listed] for user, listed in enumerate(items)
    ]
    np.testing.assert_array_equal(scores, expected)


def test_without_steps_lists_stay_as_they_are():
    off = ReRanking(100)
    assert off.active == []
    assert off.each() == {}
    assert off.candidates_needed(3) == 3
    items, scores = off.rerank(ITEMS, SCORES, 3)
    np.testing.assert_array_equal(items, ITEMS[:, :3])
    np.testing.assert_array_equal(scores, SCORES[:, :3])


@pytest.mark.parametrize("name", EACH)
def test_a_step_is_named_and_found_again_in_the_whole(name):
    assert list(EACH[name].each()) == [name]
    whole = ReRanking(5, **{field: getattr(one, field) for one in EACH.values() for field in one.active})
    each = whole.each()
    assert list(each) == [*EACH, "re-ranked"]
    assert each["re-ranked"] is whole
    items, _ = each[name].rerank(ITEMS, SCORES, 3)
    np.testing.assert_array_equal(items, EXPECTED[name])


def test_all_steps_together_obey_every_one():
    whole = ReRanking(5, **{field: getattr(one, field) for one in EACH.values() for field in one.active})
    eligible = whole.restrict(Eligible(np.ones(6, bool), sp.csr_array((2, 6), dtype=np.float32)), USERS)
    lists = top_items(np.arange(12, 0, -1, dtype=np.float32).reshape(2, 6), eligible, 5)
    np.testing.assert_array_equal(lists, [[2, 3, 5, -1, -1], [2, 3, 5, -1, -1]])
    items, _ = whole.rerank(lists, falling(lists), 3)
    # The boost puts 3 first, then the cap leaves out 2.
    np.testing.assert_array_equal(items, [[3, 5, -1], [3, 5, -1]])


def test_only_steps_that_reorder_need_more_candidates():
    needed = {name: one.candidates_needed(3) for name, one in EACH.items()}
    assert needed == {"filtered": 3, "excluded": 3, "boosted": 5, "damped": 5, "capped": 5, "diverse": 5}
    assert EACH["boosted"].candidates_needed(9) == 9


def test_filtered_and_excluded_items_are_not_eligible():
    before = Eligible(np.array([1, 1, 1, 0, 1, 1], bool), sp.csr_array(np.eye(2, 6, dtype=np.float32)))
    filtered = EACH["filtered"].restrict(before, USERS).dense()
    np.testing.assert_array_equal(filtered, [[0, 0, 1, 0, 0, 1], [1, 0, 1, 0, 0, 1]])
    excluded = EACH["excluded"].restrict(before, USERS).dense()
    np.testing.assert_array_equal(excluded, [[0, 1, 1, 0, 1, 1], [0, 0, 1, 0, 0, 1]])
    np.testing.assert_array_equal(before.competing, [1, 1, 1, 0, 1, 1])


def test_inputs_stay_as_they_are():
    items, scores = ITEMS.copy(), SCORES.copy()
    for one in EACH.values():
        one.rerank(items, scores, 3)
    np.testing.assert_array_equal(items, ITEMS)
    np.testing.assert_array_equal(scores, SCORES)


def test_damping_grows_with_the_logarithm_of_likes():
    likes = np.array([0, 0, 0, 1, 1], np.int32)
    weights = np.array([1, 1, 1, 1, 0], np.float32)
    known = Profiles(
        user_ids=np.array(["u"] * 5, dtype=object),
        indptr=np.arange(6),
        items=likes,
        weights=weights,
        recency=np.zeros(5, np.float32),
        kinds=np.zeros(5, np.int64),
        n_items=3,
        ordered=True,
        blocks={},
        event_kinds=(),
    )
    expected = [0.5, 0.5 * np.log(2) / np.log(4), 0]
    np.testing.assert_allclose(popularity_damping(known, 0.5), expected, rtol=1e-6)
    assert not popularity_damping(known.without_history(), 0.5).any()
