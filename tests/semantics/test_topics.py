import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tesserec.semantics.topics import find_topics, topic_words


def planted(groups: int, each: int, noise: float = 0.05, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(groups, 32))
    labels = np.repeat(np.arange(groups), each)
    vectors = centres[labels] / np.linalg.norm(centres[labels], axis=1, keepdims=True)
    vectors = vectors + generator.normal(scale=noise, size=vectors.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


@pytest.mark.parametrize("groups", [4, 8, 11])
def test_planted_topics_and_their_number_are_found(groups):
    vectors, labels = planted(groups, each=25)
    topics = find_topics(vectors, fewest=4, most=20, seed=1)
    assert len(topics.centres) == groups
    assert adjusted_rand_score(labels, topics.assign(vectors)) == 1


def test_a_vector_of_zeros_has_no_topic_and_does_not_disturb():
    vectors, labels = planted(4, each=10)
    with_gaps = np.concatenate([np.zeros((30, 32), dtype=np.float32), vectors])
    topics = find_topics(with_gaps, fewest=4, most=8, seed=0).assign(with_gaps)
    assert (topics[:30] == -1).all()
    assert adjusted_rand_score(labels, topics[30:]) == 1


def test_new_items_join_the_nearest_topic():
    vectors, labels = planted(4, each=20)
    topics = find_topics(vectors[::2], fewest=4, most=8, seed=0)
    assert adjusted_rand_score(labels[1::2], topics.assign(vectors[1::2])) == 1


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_few_items_make_few_topics(count, expected):
    vectors = np.eye(6, dtype=np.float32)[:count].reshape(count, 6)
    topics = find_topics(vectors, fewest=6, most=40, seed=0)
    assert len(topics.centres) == expected
    assert (topics.assign(np.zeros((2, 6), dtype=np.float32)) == -1).all()


def test_equal_seeds_give_equal_topics():
    vectors, _ = planted(5, each=20, noise=0.5)
    first, second = (find_topics(vectors, 3, 10, seed=4).centres for _ in range(2))
    np.testing.assert_array_equal(first, second)


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


def test_topics_without_frequent_words_have_no_words():
    assert topic_words(["a1", "b1"], np.array([0, 1]), 2, count=3, minimum_texts=2) == [[], []]
    assert topic_words([], np.array([], dtype=int), 0, count=3, minimum_texts=2) == []
