import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from tesserec.semantics.keywords import tfidf_rows, top_words

CORPUS = ["drill steel steel", "drill wood", "drill novel", "novel 小说 steel", "小说 爱情 drill"]


def test_weights_follow_the_formula():
    weights, words = tfidf_rows(["drill steel steel"], CORPUS, minimum_texts=1)
    idf = {"drill": 1 + np.log(6 / 5), "steel": 1 + np.log(6 / 3)}
    raw = {"drill": idf["drill"], "steel": (1 + np.log(2)) * idf["steel"]}
    length = np.hypot(*raw.values())
    row = dict(zip(words, weights.toarray()[0], strict=True))
    assert {word: row[word] for word in raw} == pytest.approx(
        {word: value / length for word, value in raw.items()}, abs=1e-6
    )


def test_rare_words_of_a_text_come_first_and_chinese_words_count():
    weights, words = tfidf_rows(CORPUS, CORPUS, minimum_texts=1)
    assert top_words(weights, words, 2)[0] == ["steel", "drill"]
    assert top_words(weights, words, 1)[4] == ["爱情"]


def test_numbers_unknown_words_and_rare_words_are_no_keywords():
    weights, words = tfidf_rows(["1080 500 x100 unheard steel wood"], [*CORPUS, "x100", "x100"], 2)
    assert set(top_words(weights, words, 8)[0]) == {"x100", "steel"}


@pytest.mark.parametrize("reference", [[], [""], ["a b", "c d"]])
def test_without_a_frequent_word_there_are_no_keywords(reference):
    weights, words = tfidf_rows(["drill", ""], reference, minimum_texts=2)
    assert top_words(weights, words, 3) == [[], []]


def test_agrees_with_scikit_learn_on_plain_words():
    expected = TfidfVectorizer(sublinear_tf=True, min_df=2).fit(CORPUS)
    weights, words = tfidf_rows(CORPUS, CORPUS, minimum_texts=2)
    assert list(words) == list(expected.get_feature_names_out())
    np.testing.assert_allclose(weights.toarray(), expected.transform(CORPUS).toarray(), atol=1e-6)


def test_best_columns_are_positive_and_ties_keep_their_order():
    weights = sparse.csr_matrix([[0.5, 0, 0.5, 0.9], [0, 0, -1, 0], [0, 0.1, 0, 0]])
    assert top_words(weights, np.array(list("abcd")), 3) == [["d", "a", "c"], [], ["b"]]
