import numpy as np
import pytest

from tesserec.semantics.topic_words import describe_topics, topic_words


def test_words_of_a_topic_follow_class_based_tfidf():
    texts = ["film film space", "space film the", "bread oven the", "oven bread bread the", "the the"]
    words = topic_words(texts, np.array([0, 0, 1, 1, -1]), topic_count=3, count=3, minimum_texts=2)
    assert words[0][:2] == ["film", "space"]
    assert words[1][0] == "bread"
    assert words[2] == []


def test_class_based_tfidf_by_hand():
    texts = ["a1 a1 b1 b1 b1", "b1 c1"]
    counts = {"a1": (2, 0), "b1": (3, 1), "c1": (0, 1)}
    sizes, average = (5, 2), 3.5
    for topic in (0, 1):
        by_hand = {
            word: tf[topic] / sizes[topic] * np.log(1 + average / sum(tf)) for word, tf in counts.items()
        }
        expected = sorted((word for word in by_hand if by_hand[word]), key=by_hand.get, reverse=True)
        assert topic_words(texts, np.array([0, 1]), 2, 3, 1)[topic] == expected


def test_what_all_topics_say_comes_last():
    texts = ["drama drama drama drama space", "drama drama drama drama bread"]
    words = topic_words(texts, np.array([0, 1]), 2, 2, 1)
    # By class-based TF-IDF alone drama leads: 4/5 ln(1 + 5/8) = .39, space 1/5 ln(1 + 5/1) = .36.
    assert words == [["space", "drama"], ["bread", "drama"]]


def test_topics_without_frequent_words_have_no_words():
    assert topic_words(["a1", "b1"], np.array([0, 1]), 2, count=3, minimum_texts=2) == [[], []]
    assert topic_words([], np.array([], dtype=int), 0, count=3, minimum_texts=2) == []


def test_negations_and_single_characters_name_no_topic():
    assert topic_words(["not oven 不 人 q"] * 2, np.zeros(2, dtype=int), 1, 5, 2) == [["oven"]]


def test_a_topic_of_two_languages_is_named_in_both_and_measured_in_each():
    texts = ["tent stove", "tent stove", "tent stove", "帐篷 徒步", "帐篷 徒步", "song tune", "song choir"]
    languages = np.array(["en"] * 3 + ["zh"] * 2 + ["en"] * 2, dtype=object)
    table = describe_topics(texts, np.array([0, 0, 0, 0, 0, 1, 1]), languages, 3, 4, 1, 2)
    assert table["name"].tolist() == ["stove / 帐篷", "song", ""]
    assert table["words"].tolist() == ["stove|tent|帐篷|徒步", "song", ""]
    # Together in three of five English texts: ln(.6 / .36) / -ln .6 = 1; in both Chinese texts: 1.
    assert table["coherence"].tolist() == pytest.approx([1, np.nan, np.nan], nan_ok=True)
