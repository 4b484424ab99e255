from math import log

import numpy as np
import pytest

from tesserec.ask.relevance import MeaningIndex, WordIndex, comparable

TEXTS = ["night train night", "train station", "", "quiet garden tools rake"]


class TestWordIndex:
    def test_scores_are_bm25_by_hand(self):
        found = WordIndex(TEXTS).scores(["night", "train", "unheard", "train"])
        mean = 9 / 4

        def weight(times: int, length: int, frequency: int) -> float:
            rarity = log(1 + (4 - frequency + 0.5) / (frequency + 0.5))
            return rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / mean))

        expected = [weight(2, 3, 1) + weight(1, 3, 2), weight(1, 2, 2), 0, 0]
        assert found == pytest.approx(expected, rel=1e-5)

    def test_found_words_are_those_of_the_item_the_most_telling_first(self):
        index = WordIndex(TEXTS)
        assert index.found(["train", "quiet", "night", "unheard"], np.array([0, 2])) == [
            ["night", "train"],
            [],
        ]
        assert index.found([], np.array([0])) == [[]]

    def test_a_chinese_word_is_found_by_a_part_of_it_and_named_once(self):
        index = WordIndex(["厨房 刀具", "厨房用品 清单", "café menu"])
        first, second, third = index.scores(["厨房用品"])
        assert second > first > third == 0
        assert index.found(["厨房用品"], np.array([1, 0])) == [["厨房用品"], ["厨房"]]
        assert index.scores(["caf"]).tolist() == [0, 0, 0]

    @pytest.mark.parametrize("texts", [["", " "], []])
    def test_items_without_words_are_not_found(self, texts):
        index = WordIndex(texts)
        assert index.scores(["night"]).tolist() == [0.0] * len(texts)


class TestMeaningIndex:
    def test_scores_are_cosines_and_never_negative(self):
        index = MeaningIndex(np.array([[2, 0], [1, 1], [0, 0], [-1, 0]], dtype=np.float32))
        assert index.scores(np.array([3.0, 0])) == pytest.approx([1, 0.5**0.5, 0, 0])
        assert index.scores(np.zeros(2)).tolist() == [0, 0, 0, 0]


def test_comparable_scores_lie_round_an_average_item():
    assert comparable(np.array([1.0, -4.0, 6.0])).tolist() == [0, -5 / 6, 5 / 6]
    assert comparable(np.array([0.5, 0.5])).tolist() == [0, 0]
    assert comparable(np.zeros(3)).tolist() == [0, 0, 0]
    assert comparable(np.zeros(0)).tolist() == []
