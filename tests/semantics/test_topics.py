import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tesserec.semantics.topics import Topics, find_topics

VOCABULARIES = [[f"{theme}{number}" for number in range(8)] for theme in ("oven", "star", "song", "tent")]


def planted(groups: int, each: int, noise: float = 0.05, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors around centres drawn at random, and the centre of each."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(groups, 32))
    labels = np.repeat(np.arange(groups), each)
    vectors = centres[labels] / np.linalg.norm(centres[labels], axis=1, keepdims=True)
    vectors = vectors + generator.normal(scale=noise, size=vectors.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def words_of(labels: np.ndarray, prefix: str = "", seed: int = 0) -> list[str]:
    """Return texts of five words of the group's own and three of their own."""
    generator = np.random.default_rng(seed)
    shared = [generator.choice(VOCABULARIES[label], 5, replace=False) for label in labels]
    return [" ".join(prefix + word for word in [*own, f"a{i}", f"b{i}"]) for i, own in enumerate(shared)]


def english(count: int) -> np.ndarray:
    return np.full(count, "en", dtype=object)


def by_meaning(vectors: np.ndarray, fewest: int, most: int, seed: int) -> Topics:
    return find_topics([""] * len(vectors), vectors, english(len(vectors)), fewest, most, 2, seed)


def assigned(topics: Topics, vectors: np.ndarray) -> np.ndarray:
    return topics.assign([""] * len(vectors), vectors, english(len(vectors)))


@pytest.mark.parametrize("groups", [4, 8, 11])
def test_planted_meanings_and_their_number_are_found(groups):
    vectors, labels = planted(groups, each=25)
    topics = by_meaning(vectors, fewest=4, most=20, seed=1)
    assert topics.count == groups
    assert adjusted_rand_score(labels, assigned(topics, vectors)) == 1


def test_planted_words_and_their_number_are_found_where_the_encoder_sees_nothing():
    labels = np.repeat(np.arange(4), 20)
    texts = words_of(labels)
    blind = np.random.default_rng(0).normal(size=(80, 16)).astype(np.float32)
    topics = find_topics(texts, blind, english(80), 2, 20, 2, seed=0)
    assert topics.count == 4
    assert adjusted_rand_score(labels, topics.assign(texts, blind, english(80))) == 1


def test_topics_of_two_languages_are_linked_by_meaning_and_the_rest_stays_its_own():
    vectors, labels = planted(4, each=30)
    chinese = (np.arange(120) % 3 == 0) & (labels < 3)
    texts = [
        zh if z else en for zh, en, z in zip(words_of(labels, "字"), words_of(labels), chinese, strict=True)
    ]
    languages = np.where(chinese, "zh", "en").astype(object)
    # An encoder that tells languages apart more than meanings.
    shifted = vectors + 3 * chinese[:, None] * np.eye(32, dtype=np.float32)[0]
    topics = find_topics(texts, shifted, languages, 2, 20, 2, seed=0)
    assert topics.count == 4
    found = topics.assign(texts, shifted, languages)
    assert adjusted_rand_score(labels, found) == 1
    # A part with texts of one language alone.
    english = np.flatnonzero(languages == "en")
    alone = topics.assign([texts[row] for row in english], shifted[english], languages[english])
    assert alone.tolist() == found[english].tolist()


def test_a_language_of_few_texts_is_read_as_the_most_frequent_one():
    vectors, labels = planted(4, each=20)
    languages = np.where(np.arange(80) % 20 == 0, "other", "en").astype(object)
    topics = find_topics(words_of(labels), vectors, languages, 4, 20, 2, seed=0)
    assert list(topics.languages) == ["en"]
    assert adjusted_rand_score(labels, topics.assign(words_of(labels), vectors, languages)) == 1


def test_a_vector_of_zeros_has_no_topic_and_does_not_disturb():
    vectors, labels = planted(4, each=10)
    with_gaps = np.concatenate([np.zeros((30, 32), dtype=np.float32), vectors])
    topics = assigned(by_meaning(with_gaps, fewest=4, most=8, seed=0), with_gaps)
    assert (topics[:30] == -1).all()
    assert adjusted_rand_score(labels, topics[30:]) == 1


def test_new_items_join_the_nearest_topic_by_words_or_by_meaning():
    vectors, labels = planted(4, each=20)
    texts = words_of(labels)
    topics = find_topics(texts[::2], vectors[::2], english(40), 4, 8, 2, seed=0)
    unseen = english(40)
    assert adjusted_rand_score(labels[1::2], topics.assign([""] * 40, vectors[1::2], unseen)) == 1
    nothing = np.zeros_like(vectors[1::2])
    assert adjusted_rand_score(labels[1::2], topics.assign(texts[1::2], nothing, unseen)) == 1


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_few_items_make_few_topics(count, expected):
    vectors = np.eye(6, dtype=np.float32)[:count].reshape(count, 6)
    topics = by_meaning(vectors, fewest=6, most=40, seed=0)
    assert topics.count == expected
    assert (assigned(topics, vectors) >= 0).all()
    assert (assigned(topics, np.zeros((2, 6), dtype=np.float32)) == -1).all()


def test_items_that_are_all_alike_are_one_topic():
    alike = np.ones((30, 4), dtype=np.float32)
    topics = find_topics(["tent stove"] * 30, alike, english(30), 2, 10, 2, seed=0)
    assert topics.count == 1
    assert (topics.assign(["tent stove"] * 30, alike, english(30)) == 0).all()


def test_equal_seeds_give_equal_topics():
    vectors, _ = planted(5, each=20, noise=0.5)
    first, second = (by_meaning(vectors, 3, 10, seed=4).languages["en"].centres for _ in range(2))
    np.testing.assert_array_equal(first, second)
