import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from tesserec.semantics.keywords import choose_diverse, nearness, term_weights, top_words

CORPUS = ["drill steel steel", "drill wood", "drill novel", "novel 小说 steel", "小说 爱情 drill"]

DOCUMENTS = [text.split() for text in CORPUS]


def test_weights_follow_the_formula():
    weights, words = term_weights(["drill steel steel".split()], DOCUMENTS, minimum_texts=1)
    idf = {"drill": 1 + np.log(6 / 5), "steel": 1 + np.log(6 / 3)}
    raw = {"drill": idf["drill"], "steel": (1 + np.log(2)) * idf["steel"]}
    length = np.hypot(*raw.values())
    row = dict(zip(words, weights.toarray()[0], strict=True))
    assert {word: row[word] for word in raw} == pytest.approx(
        {word: value / length for word, value in raw.items()}, abs=1e-6
    )


def test_rare_words_of_a_text_come_first_and_chinese_words_count():
    weights, words = term_weights(DOCUMENTS, DOCUMENTS, minimum_texts=1)
    assert top_words(weights, words, 2)[0] == ["steel", "drill"]
    assert top_words(weights, words, 1)[4] == ["爱情"]


def test_unknown_and_rare_terms_have_no_weight():
    weights, words = term_weights(["unheard steel love wood".split()], DOCUMENTS, 2)
    assert top_words(weights, words, 8)[0] == ["steel"]


@pytest.mark.parametrize("reference", [[], [[]], [["a", "b"], ["c", "d"]]])
def test_without_a_frequent_word_there_are_no_keywords(reference):
    weights, words = term_weights([["drill"], []], reference, minimum_texts=2)
    assert top_words(weights, words, 3) == [[], []]


def test_agrees_with_scikit_learn_on_plain_words():
    expected = TfidfVectorizer(sublinear_tf=True, min_df=2).fit(CORPUS)
    weights, words = term_weights(DOCUMENTS, DOCUMENTS, minimum_texts=2)
    assert list(words) == list(expected.get_feature_names_out())
    np.testing.assert_allclose(weights.toarray(), expected.transform(CORPUS).toarray(), atol=1e-6)


def test_best_columns_are_positive_and_ties_keep_their_order():
    weights = sparse.csr_matrix([[0.5, 0, 0.5, 0.9], [0, 0, -1, 0], [0, 0.1, 0, 0]])
    assert top_words(weights, np.array(list("abcd")), 3) == [["d", "a", "c"], [], ["b"]]


def test_chosen_phrases_are_near_the_text_and_unlike_one_another():
    # 0 and 1 say nearly the same and are nearest; 2 is a little farther, 3 has nothing to do with the text.
    angles = np.array([0.8, 0.82, -0.93, 1.6])
    candidates = np.column_stack([np.cos(angles), np.sin(angles)])
    assert choose_diverse(np.array([1.0, 0.0]), candidates, 2) == [0, 2]
    assert sorted(choose_diverse(np.array([1.0, 0.0]), candidates, 9)) == [0, 1, 2, 3]


def test_each_choice_follows_the_formula():
    generator = np.random.default_rng(0)
    text, *candidates = generator.normal(size=(7, 3))
    vectors = np.array([vector / np.linalg.norm(vector) for vector in candidates])
    text /= np.linalg.norm(text)
    chosen: list[int] = []
    for _ in range(4):
        worth = {
            place: 0.7 * vector @ text - 0.3 * max((vector @ vectors[c] for c in chosen), default=0)
            for place, vector in enumerate(vectors)
            if place not in chosen
        }
        chosen.append(max(worth, key=worth.get))
    assert choose_diverse(text, vectors, 4) == chosen


def test_without_vectors_the_given_order_stays():
    assert choose_diverse(np.zeros(3), np.eye(3)[[0, 0, 1]], 2) == [0, 1]
    assert choose_diverse(np.ones(3), np.zeros((0, 3)), 2) == []


def test_nearness_by_hand():
    """Either text is nearer to its own phrase in one of two comparisons, and the other is a tie."""
    texts = np.array([[1.0, 0.0], [0.0, 1.0]])
    first, second = np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([[0.6, 0.8]])
    assert nearness(texts, [first, second]) == pytest.approx((1.5 / 2 + 1.5 / 2) / 2)
    assert nearness(texts, [first, np.array([[0.0, 1.0]])]) == pytest.approx(1)
    assert nearness(texts, [np.zeros((2, 2)), np.zeros((1, 2))]) == pytest.approx(1 / 2)


def test_nearness_of_vectors_that_say_nothing_is_a_half():
    generator = np.random.default_rng(0)
    texts = generator.normal(size=(200, 8))
    assert nearness(texts, list(generator.normal(size=(200, 5, 8)))) == pytest.approx(1 / 2, abs=0.05)


def test_with_one_text_there_is_no_nearness():
    assert np.isnan(nearness(np.eye(2)[:1], [np.eye(2)]))
    assert np.isnan(nearness(np.zeros((0, 2)), []))
    assert np.isnan(nearness(np.eye(2), [np.eye(2), np.zeros((0, 2))]))
