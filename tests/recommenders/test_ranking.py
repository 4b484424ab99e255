import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders.ranking import (
    Eligible,
    block_size,
    eligible_items,
    entries_at,
    tie_order,
    top_items,
)

from .planted import people


def only(allowed: np.ndarray) -> Eligible:
    """Eligible items as (users, items) bool."""
    return Eligible(np.ones(allowed.shape[1], bool), sp.csr_array((~allowed).astype(np.float32)))


EVERY = only(np.ones((1, 5), bool))


class TestTopItems:
    def test_best_first(self):
        scores = np.array([[0.1, 0.5, 0.4, 0.9, 0.3]])
        assert top_items(scores, EVERY, 3).tolist() == [[3, 1, 2]]

    def test_ties_are_fixed_but_do_not_follow_the_table(self):
        """A recommender without a score must not profit from a table that is sorted by age or popularity."""
        scores, every = np.zeros((2, 1000), np.float32), only(np.ones((2, 1000), dtype=bool))
        lists = top_items(scores, every, 100)
        alone = top_items(scores[:1], every.take(np.array([0])), 100)
        assert lists[0].tolist() == lists[1].tolist() == alone[0].tolist()
        assert 400 < lists.mean() < 600
        scores[:, 999] = 1
        assert top_items(scores, every, 3)[:, 0].tolist() == [999, 999]

    def test_only_eligible_items_and_gaps_at_the_end(self):
        eligible = only(np.array([[True, False, True, False, False], [False] * 5]))
        scores = np.array([[-1.0, 9, -0.5, 9, 9], [1, 2, 3, 4, 5]])
        assert top_items(scores, eligible, 3).tolist() == [[2, 0, -1], [-1, -1, -1]]

    def test_a_list_longer_than_the_catalogue_is_padded(self):
        assert top_items(np.arange(5.0)[None], EVERY, 7).tolist() == [[4, 3, 2, 1, 0, -1, -1]]

    @pytest.mark.parametrize("count", [1, 4, 12])
    @pytest.mark.parametrize("form", ["dense", "shared", "nothing", "sparse"])
    def test_equals_a_sort(self, count, form):
        """Many ties, some items that do not compete, some that a person has; sparse zeros are not listed."""
        generator = np.random.default_rng(2)
        scores = generator.integers(0, 4, (40, 12)).astype(np.float32)
        scores[0] = 0
        allowed, competing = generator.random((40, 12)) < 0.7, np.arange(12) != 5
        given = scores
        if form == "shared":
            given = np.broadcast_to(scores[1], scores.shape)
        if form == "nothing":
            given = np.zeros_like(scores)
        if form == "sparse":
            given = sp.csr_array(scores)
        eligible = Eligible(competing, sp.csr_array((~allowed).astype(np.float32)))
        rows = np.asarray(given.todense()) if form == "sparse" else given
        turn = tie_order(12)
        for listed, row, may in zip(top_items(given, eligible, count), rows, allowed, strict=True):
            free = np.flatnonzero(may & competing & ((row > 0) | (form != "sparse")))
            expected = sorted(free, key=lambda item: (-row[item], turn[item]))[:count]
            assert listed.tolist() == expected + [-1] * (count - len(expected))


class TestEligibleItems:
    def test_what_a_person_has_is_left_out_even_if_disliked(self):
        block = people([[0, 2], []], 4, [[1, 0], []])
        assert eligible_items(block, None).dense().tolist() == [[False, True, False, True], [True] * 4]

    def test_candidates_and_repeats(self):
        block = people([[0, 2], []], 4)
        candidates = np.array([0, 3])
        assert eligible_items(block, candidates).dense().tolist() == [
            [False, False, False, True],
            [True, False, False, True],
        ]
        repeats = eligible_items(block, candidates, repeats=True)
        assert repeats.dense().tolist() == [[True, False, False, True]] * 2


@pytest.mark.parametrize("sparse", [False, True])
def test_entries_at_pairs(sparse):
    scores = np.array([[0, 2, 0], [3, 0, 4]], np.float32)
    given = sp.csr_array(scores) if sparse else scores
    assert entries_at(given, np.array([0, 1, 1, 0]), np.array([1, 2, 1, 0])).tolist() == [2, 4, 0, 0]
    assert entries_at(sp.csr_array((2, 3)), np.array([1]), np.array([2])).tolist() == [0]


@pytest.mark.parametrize(("items", "size"), [(100, 10), (1001, 1), (0, 1000), (300, 3), (20_001, 1000)])
def test_block_size(items, size):
    assert block_size(items, 1000) == size
