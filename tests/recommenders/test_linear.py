import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import Ease, LinearSequence, Profiles, TrainingData, sparsity
from tesserec.recommenders.linear import ridge_inverse

from .planted import people, training, weights_table, world


def naive_sequence(profiles: Profiles, regularization: float, source: float, target: float) -> np.ndarray:
    """`(S'S + regularization I)^-1 S'T`, one prefix after the other, in double precision."""
    sources, targets = [], []
    for user in range(len(profiles)):
        span = slice(profiles.indptr[user], profiles.indptr[user + 1])
        liked = [i for i, w in zip(profiles.items[span], profiles.weights[span], strict=True) if w > 0]
        for cut in range(1, len(liked)):
            past, future = np.zeros(profiles.n_items), np.zeros(profiles.n_items)
            for age, item in enumerate(reversed(liked[:cut])):
                past[item] = 0.5 ** (age / source)
            for distance, item in enumerate(liked[cut:]):
                future[item] = 0.5 ** (distance / target)
            sources.append(past)
            targets.append(future)
    s, t = np.array(sources), np.array(targets)
    return np.linalg.solve(s.T @ s + regularization * np.eye(profiles.n_items), s.T @ t)


def whole_world() -> TrainingData:
    """Seven items, each of which follows every other in some history."""
    generator = np.random.default_rng(5)
    return training(people([generator.permutation(7)[:4].tolist() for _ in range(60)], 7))


class TestEase:
    @pytest.mark.parametrize("regularization", [0.5, 100.0])
    def test_equals_the_closed_form(self, regularization):
        data = world()
        model = Ease(regularization=regularization).fit(data)
        x = data.profiles.matrix().toarray().astype(float)
        inverse = np.linalg.inv(x.T @ x + regularization * np.eye(x.shape[1]))
        expected = np.eye(x.shape[1]) - inverse / np.diag(inverse)
        np.testing.assert_allclose(model.score(data.profiles), x @ expected, atol=1e-5)

    def test_each_column_is_the_ridge_regression_of_an_item_on_the_others(self):
        """Steck's theorem: the closed form solves one regression per item, without the item itself."""
        data = world()
        weights = Ease(regularization=3).fit(data).learned["weights"]
        x = data.profiles.matrix().toarray().astype(float)[:, :14]
        for item in range(14):
            others = np.delete(x, item, axis=1)
            solved = np.linalg.solve(others.T @ others + 3 * np.eye(13), others.T @ x[:, item])
            np.testing.assert_allclose(np.delete(weights[:, item], item), solved, atol=1e-5)
        assert not np.diag(weights).any()

    def test_half_life_weighs_the_history_that_is_served(self):
        data = world()
        model = Ease(regularization=3, half_life=1).fit(data)
        newest, oldest = (model.score(people([history], 16)) for history in ([2], [1]))
        np.testing.assert_allclose(model.score(people([[1, 2]], 16)), newest + oldest / 2, atol=1e-6)

    def test_items_without_an_event_take_no_part(self):
        data = training(people([[0, 1, 3], [0, 1], [0, 4, 3], [6]], 7))
        model = Ease(regularization=1).fit(data)
        assert model.learned["covered"].tolist() == [0, 1, 3, 4, 6]
        scores = model.score(people([[2], [0]], 7))
        assert not scores[0].any()
        assert scores[1, 1] > 0
        assert not scores[1, [2, 5]].any()


class TestLinearSequence:
    @pytest.mark.parametrize(("source", "target"), [(2.0, 1.0), (0.7, 3.0)])
    def test_equals_a_naive_loop_over_prefixes(self, source, target):
        data = world()
        model = LinearSequence(regularization=2, source_half_life=source, target_half_life=target).fit(data)
        every = np.arange(data.profiles.n_items)
        expected = naive_sequence(data.profiles, 2, source, target)
        np.testing.assert_allclose(weights_table(model, every, every), expected, atol=1e-4)

    def test_knows_the_direction_that_ease_cannot_know(self):
        """Everybody goes 0, 1, 2, 3, 4, 0, ... from a place of their own."""
        histories = [[(start + step) % 5 for step in range(3)] for start in range(5)] * 20
        data = training(people(histories, 5))
        asked = people([[item] for item in range(5)], 5)
        sequence = LinearSequence(regularization=1).fit(data).score(asked)
        assert sequence.argmax(axis=1).tolist() == [1, 2, 3, 4, 0]
        ease = Ease(regularization=1).fit(data).score(asked)
        np.testing.assert_allclose(
            ease[np.arange(5), (np.arange(5) + 1) % 5], ease[np.arange(5), np.arange(5) - 1], atol=1e-5
        )

    def test_histories_do_not_run_into_each_other(self):
        """Item 1 begins the second history; it must not follow the end of the first."""
        data = training(people([[2, 0], [1, 3]] * 10, 4))
        model = LinearSequence(regularization=1).fit(data)
        assert model.item_weights(np.array([0]), np.array([1])) == 0
        assert model.item_weights(np.array([1]), np.array([3])) > 0

    def test_sits_out_without_an_order_or_without_anything_that_follows(self):
        assert not LinearSequence().applies_to(world(ordered=False))
        assert not LinearSequence().applies_to(training(people([[0], [1], []], 2)))
        assert not LinearSequence().applies_to(training(people([[0, 1]], 2, [[1, 0]])))


def test_sparse_ease_is_ease_where_neighbourhoods_leave_nothing_out():
    data = whole_world()
    dense = Ease(regularization=3).fit(data)
    sparse = Ease(regularization=3, dense_items=0, neighbours=6).fit(data)
    np.testing.assert_allclose(sparse.learned["weights"].toarray(), dense.learned["weights"], atol=1e-5)
    np.testing.assert_allclose(sparse.score(data.profiles), dense.score(data.profiles), atol=1e-5)


def test_sparse_sequence_is_the_regression_of_each_item_on_all_others():
    data = whole_world()
    model = LinearSequence(regularization=3, dense_items=0, neighbours=6).fit(data)
    gram, cross = (product.toarray().astype(float) for product in model.products(data.profiles))
    for item in range(7):
        others = np.delete(np.arange(7), item)
        system = gram[np.ix_(others, others)] + 3 * np.eye(6)
        expected = np.linalg.solve(system, cross[others, item])
        np.testing.assert_allclose(model.item_weights(others, np.full(6, item)), expected, atol=1e-5)
    assert not model.learned["weights"].diagonal().any()


@pytest.mark.parametrize("kind", [Ease, LinearSequence])
class TestSparseForm:
    def test_scores_are_histories_times_weights(self, kind):
        data = world()
        model = kind(regularization=3, half_life=1, dense_items=0, neighbours=4).fit(data)
        every = np.arange(data.profiles.n_items)
        expected = data.profiles.matrix(1) @ weights_table(model, every, every)
        np.testing.assert_allclose(model.score(data.profiles), expected, atol=1e-6)

    def test_a_large_catalogue_has_sparse_scores(self, kind, monkeypatch):
        data = world()
        model = kind(dense_items=0, neighbours=4).fit(data)
        dense = model.score(data.profiles)
        monkeypatch.setattr(sparsity, "DENSE_ITEMS", 10)
        sparse = model.score(data.profiles)
        assert isinstance(dense, np.ndarray)
        assert isinstance(sparse, sp.csr_array)
        np.testing.assert_array_equal(sparse.toarray(), dense)

    @pytest.mark.parametrize(
        ("options", "form"),
        [
            ({}, np.ndarray),
            ({"dense_items": 7}, np.ndarray),
            ({"dense_items": 6}, sp.csr_array),
            ({"max_memory_gb": 3 * 4 * 49 / 2**30}, np.ndarray),
            ({"max_memory_gb": 3 * 4 * 48 / 2**30}, sp.csr_array),
        ],
    )
    def test_items_and_memory_decide(self, kind, options, form):
        assert isinstance(kind(**options).fit(whole_world()).learned["weights"], form)


@pytest.mark.parametrize("kind", [Ease, LinearSequence])
class TestLittleOccursTogether:
    """In a chain of 60 items, each occurs together with itself and its next two on either side."""

    CHAIN = 60

    @pytest.mark.parametrize(
        ("neighbours", "form"),
        [
            (2, np.ndarray),  # too few: 294 pairs, and 175 that are followed by something
            (5, sp.csr_array),
            (22, sp.csr_array),
            (23, np.ndarray),  # 23³ / 3 multiply-adds for each item are more than 60²
        ],
    )
    def test_the_sparse_form_is_taken_where_it_is_cheaper_and_leaves_little_out(self, kind, neighbours, form):
        model = kind(regularization=1, neighbours=neighbours).fit(self.chain())
        assert isinstance(model.learned["weights"], form)

    def test_items_of_no_history_change_nothing(self, kind):
        """They neither count in the choice of the form nor get a score."""
        data = self.chain(unheard_of=1000)
        model = kind(regularization=1, neighbours=23).fit(data)
        assert model.learned["weights"].shape == (self.CHAIN, self.CHAIN)
        without = kind(regularization=1, neighbours=23).fit(self.chain()).score(self.chain().profiles)
        np.testing.assert_allclose(model.score(data.profiles)[:, : self.CHAIN], without, atol=1e-6)
        assert not model.score(data.profiles)[:, self.CHAIN :].any()

    def chain(self, unheard_of=0):
        links = [[item, item + 1, item + 2] for item in range(self.CHAIN - 2)]
        return training(people(links, self.CHAIN + unheard_of))


def test_ridge_inverse_equals_numpy():
    histories = world().profiles.matrix()
    gram = histories.T @ histories
    expected = np.linalg.inv(gram.toarray() + 0.5 * np.eye(16))
    np.testing.assert_allclose(ridge_inverse(gram, 0.5), expected, atol=1e-5)
