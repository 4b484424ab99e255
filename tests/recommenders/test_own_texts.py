from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tesserec.encoders import Embeddings
from tesserec.recommenders import Fusion, TextMatch
from tesserec.recommenders.named import named_parts
from tesserec.recommenders.own_texts import QUOTED, OwnTexts
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.reasons import find_evidence
from tesserec.recommenders.support import Support

from .blends import blends_of
from .planted import ITEMS, people, training, world

USERS = 30


def writers(counts: np.ndarray, seed: int = 0) -> tuple[OwnTexts, np.ndarray]:
    """Texts of people in no order, one of a stranger, and one that says nothing; and their vectors."""
    generator = np.random.default_rng(seed)
    owners = generator.permutation(np.repeat(np.arange(len(counts)), counts))
    vectors = generator.normal(size=(len(owners) + 1, 6)).astype(np.float32) + 0.5
    vectors[0] = 0
    table = pd.DataFrame(
        {
            "text_id": [f"t{row}" for row in range(len(vectors))],
            "user_id": [*(f"u{owner}" for owner in owners), "stranger"],
            "contextual": [f"text {row % 7}" for row in range(len(vectors))],
        }
    )
    embeddings = Embeddings(table["text_id"].to_numpy(object), vectors)
    ids = np.array([f"u{user}" for user in range(len(counts))], dtype=object)
    return OwnTexts.of(table, embeddings, ids), vectors


class TestOwnTexts:
    def test_each_text_belongs_to_its_person(self):
        texts, vectors = writers(np.array([2, 0, 3]))
        assert texts.owners.tolist() == [0, 0, 2, 2, 2]
        np.testing.assert_array_equal(texts.vectors, vectors[texts.places])
        assert [texts.quotes[column] for column in texts.columns] == [f"text {row}" for row in texts.places]
        means = texts.means(3)
        for user in (0, 2):
            total = texts.vectors[texts.owners == user].sum(axis=0)
            np.testing.assert_allclose(means[user], total / np.linalg.norm(total), rtol=1e-5)
        assert not means[1].any()

    def test_people_are_taken_in_any_order_and_again(self):
        texts, _ = writers(np.array([2, 0, 3]))
        taken = texts.take(np.array([2, 1, 0, 2]))
        assert taken.owners.tolist() == [0, 0, 0, 2, 2, 3, 3, 3]
        assert taken.places.tolist() == [*texts.places[2:], *texts.places[:2], *texts.places[2:]]
        assert len(texts.take(np.zeros(0, int)).places) == 0

    def test_a_quote_is_lost_for_those_who_lose_it(self):
        texts, _ = writers(np.array([9, 9]))
        gone = texts.columns[:1]
        left = texts.without([gone, np.zeros(0, int)])
        first = texts.owners == 0
        assert (left.owners == 1).sum() == 9
        assert (left.owners == 0).sum() == 9 - np.isin(texts.columns[first], gone).sum()
        assert not np.isin(left.columns[left.owners == 0], gone).any()

    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("short\n  and sweet", "short and sweet"),
            ("word " * 40, " ".join(["word"] * 16) + " …"),
            ("安静" * 60, "安静" * 40 + " …"),
        ],
    )
    def test_long_texts_are_quoted_by_their_beginning(self, text, quote):
        table = pd.DataFrame({"text_id": ["t"], "user_id": ["u0"], "contextual": [text]})
        vectors = Embeddings(np.array(["t"], dtype=object), np.ones((1, 2), np.float32))
        texts = OwnTexts.of(table, vectors, np.array(["u0"], dtype=object))
        assert list(texts.quotes) == [quote]
        assert len(quote) <= QUOTED + 2


class TestParts:
    @pytest.mark.parametrize("dimensions", [None, 3])
    def test_parts_of_texts_sum_to_the_score(self, dimensions):
        data = world()
        texts, _ = writers(np.arange(USERS) % 4)
        told = replace(data.profiles, texts=texts, blocks={"text": texts.means(USERS)})
        model = TextMatch(dimensions=dimensions).fit(data)
        users, items = np.repeat(np.arange(USERS), ITEMS), np.tile(np.arange(ITEMS), USERS)
        some = np.flatnonzero((users * 5 + items) % 3 > 0)
        parts, names = named_parts(model, told, {}, users[some], items[some])
        assert list(names) == list(texts.quotes)
        np.testing.assert_allclose(
            parts.sum(axis=1), model.score(told)[users[some], items[some]], rtol=1e-4, atol=1e-5
        )
        alone = np.array([user for user in range(USERS) if user % 4 == 1])
        rows = np.isin(users[some], alone)
        assert (np.diff(parts.indptr)[rows] == 1).all(), "one text has all of the score"

    def test_parts_by_hand(self):
        """Two texts at a right angle: the mean lies between them, and each gives what it points at."""
        items = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], np.float32)
        model = TextMatch(dimensions=None).fit(training(people([[0]], 4), text=items))
        texts = OwnTexts(
            np.zeros(2, int),
            np.array([0, 1]),
            ["a", "b"],
            np.array([0, 1]),
            np.array([[1, 0], [0, 1]], np.float32).__getitem__,
        )
        parts = model.text_parts(texts, np.zeros(4, int), np.arange(4)).toarray() * np.sqrt(2)
        np.testing.assert_allclose(parts, [[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], atol=1e-6)

    def test_a_text_that_says_nothing_gives_nothing(self):
        texts, vectors = writers(np.array([3]))
        assert not vectors[0].any()
        model = TextMatch(dimensions=3).fit(world())
        parts = model.text_parts(texts, np.zeros(ITEMS, int), np.arange(ITEMS)).toarray()
        silent = texts.columns[texts.places == 0]
        assert not parts[:, silent].any()
        assert parts.any()


def asked() -> tuple[Fusion, Profiles]:
    """Someone wrote of item 0 and of item 1; item 2 is like the first."""
    items = np.array([[1, 0, 0], [0, 1, 0], [0.9, 0.1, 0], [0, 0, 1]], np.float32)
    vectors = Embeddings(np.array(["a", "b"], dtype=object), items[:2])
    table = pd.DataFrame({"text_id": ["a", "b"], "user_id": "u0", "contextual": ["a quiet night", "loud"]})
    texts = OwnTexts.of(table, vectors, np.array(["u0"], dtype=object))
    profiles = replace(people([[3]], 4, text=texts.means(1)), texts=texts)
    model = TextMatch(dimensions=None).fit(training(profiles, text=items))
    return Fusion(
        {"own": model}, blends_of({"own": 1.0}), Support.of(training(profiles, text=items))
    ), profiles


def test_the_text_that_gave_most_is_cited():
    fusion, profiles = asked()
    scores = fusion.raw_scores(profiles)
    lists = {name: np.array([[2]]) for name in fusion.recommenders}
    (found,) = find_evidence(fusion, profiles, fusion.propose(lists, scores, profiles), scores)
    assert found.features == {"words": {"a quiet night": pytest.approx(0.9)}}
