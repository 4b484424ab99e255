import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import Als, ContentRegression, ContentTaste, TextMatch, factored

from .planted import people, training, world

MODELS = {
    "als": Als(embedding_size=4, iterations=1, depth=3),
    "regression": ContentRegression(blocks=["text"], depth=3),
    "taste": ContentTaste(dimensions=3, depth=3),
    "words": ContentTaste(block="lexical", dimensions=None, depth=3),
    "texts": TextMatch(dimensions=3, depth=3),
}


@pytest.mark.parametrize("name", MODELS)
class TestOfManyItems:
    """The same factors, where there are too many items to score them all."""

    def test_each_person_has_scores_of_the_best_items(self, name, monkeypatch):
        data = world()
        model = MODELS[name].fit(data)
        every = model.score(data.profiles)
        monkeypatch.setattr(factored, "DENSE_ITEMS", 10)
        best = model.score(data.profiles)
        assert isinstance(best, sp.csr_array)
        assert best.dtype == np.float32
        largest = np.sort(np.maximum(every, 0), axis=1)[:, -3:]
        np.testing.assert_allclose(np.sort(best.toarray(), axis=1)[:, -3:], largest, rtol=0.01, atol=1e-3)

    def test_what_cannot_be_recommended_is_passed_over(self, name, monkeypatch):
        data, among = world(), np.array([1, 5, 8, 15])
        model = MODELS[name].fit(data)
        every = model.score(data.profiles)[:, among]
        monkeypatch.setattr(factored, "DENSE_ITEMS", 10)
        best = model.score(data.profiles, among).toarray()
        assert not np.delete(best, among, axis=1).any()
        largest = np.sort(np.maximum(every, 0), axis=1)[:, -3:]
        np.testing.assert_allclose(np.sort(best, axis=1)[:, -3:], largest, rtol=0.01, atol=1e-3)

    def test_the_score_of_a_pair_is_that_of_all_items(self, name, monkeypatch):
        data = world()
        model = MODELS[name].fit(data)
        every = model.score(data.profiles)
        users, items = np.repeat(np.arange(30), 16), np.tile(np.arange(16), 30)
        dense = model.score_pairs(data.profiles, every, users, items)
        np.testing.assert_array_equal(dense, every.ravel())
        monkeypatch.setattr(factored, "DENSE_ITEMS", 10)
        found = model.score_pairs(data.profiles, model.score(data.profiles), users, items)
        np.testing.assert_allclose(found, every.ravel(), rtol=1e-4, atol=1e-5)


def test_products_that_are_rounded_do_not_reach_the_score_of_a_pair(monkeypatch):
    """As many as it takes until processors with bfloat16 round products of float32."""
    generator = np.random.default_rng(0)
    data = training(people([generator.permutation(300)[:9].tolist() for _ in range(300)], 300))
    model = Als(embedding_size=32, iterations=1, depth=40).fit(data)
    every = model.score(data.profiles)
    monkeypatch.setattr(factored, "DENSE_ITEMS", 10)
    best = model.score(data.profiles)
    users, items = best.nonzero()
    assert len(users) > 300 * 20
    found = model.score_pairs(data.profiles, best, users, items)
    np.testing.assert_allclose(found, every[users, items], rtol=1e-4, atol=1e-6)
