import numpy as np
import pytest

from tesserec.recommenders.ranking import allowed_items, block_size, tie_order, top_items

from .planted import people

EVERY = np.ones((1, 5), bool)


class TestTopItems:
    def test_best_first(self):
        scores = np.array([[0.1, 0.5, 0.4, 0.9, 0.3]])
        assert top_items(scores, EVERY, 3).tolist() == [[3, 1, 2]]

    def test_ties_are_fixed_but_do_not_follow_the_table(self):
        """A recommender without a score must not profit from a table that is sorted by age or popularity."""
        scores, allowed = np.zeros((2, 1000)), np.ones((2, 1000), dtype=bool)
        lists = top_items(scores, allowed, 100)
        assert lists[0].tolist() == lists[1].tolist() == top_items(scores[:1], allowed[:1], 100)[0].tolist()
        assert 400 < lists.mean() < 600
        scores[:, 999] = 1
        assert top_items(scores, allowed, 3)[:, 0].tolist() == [999, 999]

    def test_only_allowed_items_and_gaps_at_the_end(self):
        allowed = np.array([[True, False, True, False, False], [False] * 5])
        scores = np.array([[-1.0, 9, -0.5, 9, 9], [1, 2, 3, 4, 5]])
        assert top_items(scores, allowed, 3).tolist() == [[2, 0, -1], [-1, -1, -1]]

    def test_a_list_longer_than_the_catalogue_is_padded(self):
        assert top_items(np.arange(5.0)[None], EVERY, 7).tolist() == [[4, 3, 2, 1, 0, -1, -1]]

    @pytest.mark.parametrize("count", [1, 4, 12])
    def test_equals_a_sort(self, count):
        generator = np.random.default_rng(2)
        scores = generator.integers(0, 4, (40, 12)).astype(np.float32)
        allowed, turn = generator.random((40, 12)) < 0.7, tie_order(12)
        for listed, row, may in zip(top_items(scores, allowed, count), scores, allowed, strict=True):
            expected = sorted(np.flatnonzero(may), key=lambda item: (-row[item], turn[item]))[:count]
            assert listed.tolist() == expected + [-1] * (count - len(expected))


class TestAllowedItems:
    def test_what_a_person_has_is_left_out_even_if_disliked(self):
        block = people([[0, 2], []], 4, [[1, 0], []])
        assert allowed_items(block, None).tolist() == [[False, True, False, True], [True] * 4]

    def test_candidates_and_repeats(self):
        block = people([[0, 2], []], 4)
        candidates = np.array([0, 3])
        assert allowed_items(block, candidates).tolist() == [
            [False, False, False, True],
            [True, False, False, True],
        ]
        assert allowed_items(block, candidates, repeats=True).tolist() == [[True, False, False, True]] * 2


@pytest.mark.parametrize(("items", "size"), [(100, 10), (1001, 1), (0, 1000), (300, 3)])
def test_block_size(items, size):
    assert block_size(items, 1000) == size
