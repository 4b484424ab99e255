from collections.abc import Sequence

import numpy as np
import pytest

from tesserec.reranking import Cap, Diversity, selection
from tesserec.reranking.selection import normalise, select

from .planted import candidates, falling


def naive(
    items: np.ndarray,
    relevance: np.ndarray,
    length: int,
    vectors: np.ndarray,
    share: float,
    caps: Sequence[Cap],
) -> list[int]:
    """One person's list by the definitions, in plain loops."""
    chosen: list[int] = []
    while len(chosen) < length:
        best, best_gain = -1, -np.inf
        for column, item in enumerate(items):
            if item < 0 or column in chosen:
                continue
            listed = [items[other] for other in chosen]
            shared = [
                sum(value in cap.codes[other] for other in listed) >= cap.limit
                for cap in caps
                for value in cap.codes[item]
                if value >= 0
            ]
            if any(shared):
                continue
            likeness = max((vectors[item] @ vectors[other] for other in listed), default=0.0)
            gain = (1 - share) * relevance[column] - share * likeness
            if gain > best_gain + 1e-7:
                best, best_gain = column, gain
        if best < 0:
            break
        chosen.append(best)
    return chosen + [-1] * (length - len(chosen))


class TestNormalise:
    def test_best_is_one_and_worst_is_zero_among_those_present(self):
        scores = np.array([[5, 3, 1, 99], [2, 2, 2, 2]], np.float32)
        present = np.array([[True, True, True, False], [True, True, True, True]])
        np.testing.assert_allclose(normalise(scores, present), [[1, 0.5, 0, 0], [1, 1, 1, 1]])

    @pytest.mark.filterwarnings("error")
    def test_nobody_present_and_endless_padding_do_no_harm(self):
        scores = np.full((2, 2), -np.inf, np.float32)
        assert not normalise(scores, np.zeros((2, 2), bool)).any()


class TestSelect:
    def test_without_steps_it_sorts_and_pads(self):
        items = candidates([4, 7, 9], [5])
        relevance = np.array([[0.1, 0.9, 0.1], [0.0, 5, 5]], np.float32)
        np.testing.assert_array_equal(select(items, relevance, 4), [[1, 0, 2, -1], [0, -1, -1, -1]])

    def test_diversity_by_hand(self):
        """Items 0 and 1 are alike. At half: 1, then 2 (.2 - 0) before 1 (.45 - .5 · .8)."""
        vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
        relevance = np.array([[1, 0.9, 0.4]], np.float32)
        items = np.array([[0, 1, 2]])
        for share, expected in ((0.0, [0, 1, 2]), (0.3, [0, 1, 2]), (0.5, [0, 2, 1]), (1.0, [0, 2, 1])):
            chosen = select(items, relevance, 3, diversity=Diversity(vectors, share))
            np.testing.assert_array_equal(chosen, [expected])

    def test_an_opposite_is_more_diverse_than_a_stranger(self):
        vectors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
        chosen = select(
            np.array([[0, 1, 2]]), np.zeros((1, 3), np.float32), 3, diversity=Diversity(vectors, 1.0)
        )
        np.testing.assert_array_equal(chosen, [[0, 2, 1]])

    def test_a_cap_leaves_out_and_may_leave_the_list_short(self):
        codes = np.array([[0], [0], [0], [1], [-1], [-1]], np.int32)
        items = candidates([0, 1, 2, 3, 4, 5], [2, 1, 0])
        chosen = select(items, falling(items), 5, caps=[Cap(codes, 2)])
        np.testing.assert_array_equal(chosen, [[0, 1, 3, 4, 5], [0, 1, -1, -1, -1]])

    def test_every_value_of_an_item_counts_against_a_cap(self):
        codes = np.array([[0, 1], [1, -1], [2, 0], [2, -1]], np.int32)
        items = np.array([[0, 1, 2, 3]])
        np.testing.assert_array_equal(select(items, falling(items), 3, caps=[Cap(codes, 1)]), [[0, 3, -1]])

    @pytest.mark.parametrize("share", [0.0, 0.4])
    def test_equals_plain_loops_in_blocks_of_any_size(self, share, monkeypatch):
        generator = np.random.default_rng(3)
        vectors = generator.normal(size=(40, 5)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[7] = 0
        items = np.stack([generator.permutation(40)[:15] for _ in range(12)])
        items[3, 4:] = -1
        items[5] = -1
        relevance = np.sort(generator.random((12, 15)).astype(np.float32), axis=1)[:, ::-1]
        several = generator.integers(-1, 6, (40, 3))
        several[:, 1:][several[:, 1:] == several[:, :1]] = -1
        several[:, 2][several[:, 2] == several[:, 1]] = -1
        caps = [Cap(generator.integers(0, 4, (40, 1)), 3), Cap(several, 2)]
        monkeypatch.setattr(selection, "NUMBERS", 15 * 5 * 4)
        chosen = select(items, relevance, 8, diversity=Diversity(vectors, share), caps=caps)
        expected = [naive(*one, 8, vectors, share, caps) for one in zip(items, relevance, strict=True)]
        np.testing.assert_array_equal(chosen, expected)

    def test_no_candidates_at_all(self):
        nothing = np.zeros((2, 0), int)
        chosen = select(nothing, np.zeros((2, 0), np.float32), 3, caps=[Cap(np.zeros((4, 1), int), 1)])
        np.testing.assert_array_equal(chosen, np.full((2, 3), -1))
