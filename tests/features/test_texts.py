import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from tesserec.features.texts import LexicalBlock, joined_words, mean_vectors

WORDS = pd.Series(["red shoe shoe", "red hat", "blue hat hat hat", ""])


class TestLexicalBlock:
    def test_weights_by_hand(self):
        """Of four texts, red and hat stand in two; repeated words count 1 + ln(count)."""
        block = LexicalBlock(2).fit(WORDS)
        assert block.names == ["hat", "red"]
        rows = block.transform(pd.Series(["hat hat red", "shoe", "red"])).toarray()
        twice = 1 + np.log(2)
        np.testing.assert_allclose(rows[0], np.array([twice, 1]) / np.hypot(twice, 1), rtol=1e-6)
        np.testing.assert_allclose(rows[1:], [[0, 0], [0, 1]])

    def test_rarer_words_weigh_more(self):
        idf = {"red": np.log(5 / 3) + 1, "blue": np.log(5 / 2) + 1}
        row = LexicalBlock(1).fit(WORDS).transform(pd.Series(["red blue"])).toarray()[0]
        names = LexicalBlock(1).fit(WORDS).names
        assert row[names.index("blue")] / row[names.index("red")] == pytest.approx(idf["blue"] / idf["red"])

    def test_single_characters_and_chinese_are_words(self):
        block = LexicalBlock(1).fit(pd.Series(["山 水 画", "c 山"]))
        assert set(block.names) == {"山", "水", "画", "c"}

    @pytest.mark.parametrize("words", [[], ["", ""], ["one", "two"]], ids=["no texts", "empty", "all rare"])
    def test_no_word_that_is_frequent_enough(self, words):
        block = LexicalBlock(2).fit(pd.Series(words, dtype=str))
        assert block.names == []
        assert block.transform(WORDS).shape == (4, 0)

    def test_refitting_forgets(self):
        block = LexicalBlock(1).fit(WORDS)
        assert LexicalBlock(1).fit(pd.Series(["x y"])).names == block.fit(pd.Series(["x y"])).names

    def test_agrees_with_a_vectorizer_on_all_words(self):
        texts = pd.Series(["a b", "b c c", "a c d", "d"])
        expected = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True).fit(texts)
        np.testing.assert_allclose(
            LexicalBlock(1).fit(texts).transform(texts).toarray(),
            expected.transform(texts).toarray(),
            rtol=1e-5,
        )


def test_joined_words_follow_the_index():
    texts = pd.DataFrame({"user_id": ["b", "a", "b", "z"], "lexical": ["x", "y", "w", "v"]})
    assert joined_words(texts, "user_id", pd.Index(["a", "b", "c"])).tolist() == ["y", "x w", ""]


class TestMeanVectors:
    def test_by_hand(self):
        keys = pd.Series(["b", "a", "b", "z"])
        vectors = np.array([[1, 0], [0, 2], [0, 1], [5, 5]], np.float32)
        found = mean_vectors(keys, vectors, pd.Index(["a", "b", "c"]))
        half = np.sqrt(0.5)
        np.testing.assert_allclose(found, [[0, 1], [half, half], [0, 0]], rtol=1e-6)
        assert found.dtype == np.float32

    def test_opposite_vectors_leave_a_zero_row(self):
        found = mean_vectors(pd.Series(["a", "a"]), np.array([[1.0, 0], [-1, 0]]), pd.Index(["a"]))
        np.testing.assert_array_equal(found, [[0, 0]])

    def test_no_vectors(self):
        found = mean_vectors(pd.Series([], dtype=object), np.zeros((0, 3), np.float32), pd.Index(["a"]))
        np.testing.assert_array_equal(found, np.zeros((1, 3)))
