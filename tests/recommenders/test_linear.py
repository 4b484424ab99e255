import numpy as np
import pytest

from tesserec.recommenders import Ease, LinearSequence, Profiles
from tesserec.recommenders.linear import ridge_inverse

from .planted import people, training, world


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

    def test_covers_the_most_popular_items(self):
        data = training(people([[0, 1, 2], [0, 1], [0, 3, 2], [5]], 6))
        model = Ease(regularization=1, max_items=3).fit(data)
        assert model.learned["covered"].tolist() == [0, 1, 2]
        scores = model.score(people([[3], [0]], 6))
        assert not scores[0].any()
        assert scores[1, 1] > 0
        assert not scores[1, 3:].any()


class TestLinearSequence:
    @pytest.mark.parametrize(("source", "target"), [(2.0, 1.0), (0.7, 3.0)])
    def test_equals_a_naive_loop_over_prefixes(self, source, target):
        data = world()
        model = LinearSequence(regularization=2, source_half_life=source, target_half_life=target).fit(data)
        every = np.arange(data.profiles.n_items)
        expected = naive_sequence(data.profiles, 2, source, target)
        np.testing.assert_allclose(model.item_weights(every, every), expected, atol=1e-4)

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
        assert model.item_weights(np.array([0]), np.array([1]))[0, 0] == 0
        assert model.item_weights(np.array([1]), np.array([3]))[0, 0] > 0

    def test_sits_out_without_an_order_or_without_anything_that_follows(self):
        assert not LinearSequence().applies_to(world(ordered=False))
        assert not LinearSequence().applies_to(training(people([[0], [1], []], 2)))
        assert not LinearSequence().applies_to(training(people([[0, 1]], 2, [[1, 0]])))


def test_ridge_inverse_equals_numpy():
    histories = world().profiles.matrix()
    gram = histories.T @ histories
    expected = np.linalg.inv(gram.toarray() + 0.5 * np.eye(16))
    np.testing.assert_allclose(ridge_inverse(gram, 0.5), expected, atol=1e-5)
