import numpy as np
import pytest
import scipy.sparse as sp
import torch

from tesserec.recommenders import factors
from tesserec.recommenders.factors import Als, fold_in, whiten

from .planted import people, training, world


def confidence(seed: int, people: int = 12, items: int = 20) -> np.ndarray:
    """Confidence beyond one in histories of very different lengths, the first one empty."""
    generator = np.random.default_rng(seed)
    held = generator.random((people, items)) < np.linspace(0, 1, people)[:, None]
    return (held * generator.uniform(0.5, 3, (people, items))).astype(np.float32)


def naive_step(factors: np.ndarray, extra: np.ndarray, penalty: float) -> np.ndarray:
    """Each person's weighted ridge regression over all items, as in the paper."""
    solved = []
    for row in extra.astype(float):
        weight = np.diag(1 + row)
        system = factors.T @ weight @ factors + penalty * np.eye(factors.shape[1])
        solved.append(np.linalg.solve(system, factors.T @ weight @ (row > 0)))
    return np.array(solved)


class TestFoldIn:
    @pytest.mark.parametrize("size", [3, 8, 30])
    @pytest.mark.parametrize("batch", [1, 2**20])
    def test_equals_the_regression_over_all_items(self, size, batch, monkeypatch):
        """Histories are shorter than the factors as well as longer."""
        monkeypatch.setattr(factors, "BATCH", batch)
        items = np.random.default_rng(1).normal(size=(20, size))
        extra = confidence(0)
        whitened, lower = whiten(torch.from_numpy(items), 0.5)
        expected = naive_step(items, extra, 0.5)
        people = fold_in(whitened, sp.csr_array(extra))
        np.testing.assert_allclose(people.numpy(), expected @ lower.numpy(), atol=1e-6)
        np.testing.assert_allclose((people @ whitened.T).numpy(), expected @ items.T, atol=1e-6)
        assert not people[0].any()


class TestAls:
    def test_equals_alternating_naive_steps(self):
        data = world()
        model = Als(embedding_size=3, regularization=2, alpha=1.5, iterations=3).fit(data)
        extra = 1.5 * data.profiles.matrix(weighted=True).toarray()
        start = np.random.default_rng(0).normal(scale=0.1, size=(16, 3))
        items = start * extra.any(axis=0)[:, None]
        for _ in range(3):
            users = naive_step(items, extra, 2)
            items = naive_step(users, extra.T, 2)
        expected = naive_step(items, extra, 2) @ items.T
        np.testing.assert_allclose(model.score(data.profiles), expected, atol=1e-5)

    def test_iterations_lower_the_loss(self):
        data = world()
        extra = 2 * data.profiles.matrix(weighted=True).toarray()

        def error(iterations: int) -> float:
            model = Als(embedding_size=4, regularization=0.1, alpha=2, iterations=iterations).fit(data)
            return float(((1 + extra) * ((extra > 0) - model.score(data.profiles)) ** 2).sum())

        assert error(1) > error(3) > error(10)

    def test_people_get_the_items_of_their_kind(self):
        """Two kinds of items that never mix: who has one of a kind gets the others."""
        generator = np.random.default_rng(0)
        histories = [(generator.permutation(6)[:3] + 6 * (user % 2)).tolist() for user in range(60)]
        model = Als(embedding_size=2, regularization=0.1).fit(training(people(histories, 12)))
        scores = model.score(people([[0], [7]], 12))
        assert set(np.argsort(-scores[0])[:6]) == set(range(6))
        assert set(np.argsort(-scores[1])[:6]) == set(range(6, 12))

    def test_half_life_is_in_the_confidence(self):
        data = world()
        model = Als(embedding_size=3, half_life=1).fit(data)
        forward, backward = (model.score(people([history], 16)) for history in ([1, 2], [2, 1]))
        assert not np.allclose(forward, backward, atol=1e-4)


class TestSplit:
    @pytest.mark.parametrize("size", [2, 12])
    def test_the_parts_of_a_history_sum_to_the_score(self, size):
        """Histories are shorter than the factors as well as longer; disliked items have no part."""
        data = world()
        model = Als(embedding_size=size, regularization=2, alpha=1.5).fit(data)
        profiles = data.profiles
        scores = model.score(profiles)
        entries = np.arange(len(profiles.items))
        for item in (0, 9):
            parts = model.split(profiles)(entries, np.full(len(entries), item))
            total = np.bincount(profiles.rows, parts, minlength=len(profiles))
            np.testing.assert_allclose(total, scores[:, item], atol=1e-5)
            assert not parts[profiles.weights <= 0].any()

    def test_a_part_by_the_papers_formula(self):
        """`y_j' W y_i c_i` with `W = (Y'CY + λI)⁻¹`, on factors that the model does not whiten again."""
        items = np.random.default_rng(3).normal(size=(6, 2))
        held, confidence = np.array([1, 4, 5]), np.array([0.5, 2.0, 1.0])
        whitened = whiten(torch.from_numpy(items), 0.7)[0].numpy()
        weight = np.eye(6)
        weight[held, held] += confidence
        inverse = np.linalg.inv(items.T @ weight @ items + 0.7 * np.eye(2))
        expected = (items[held] * (1 + confidence)[:, None]) @ inverse @ items[[0, 2]].T
        found = factors._split_scores(whitened[held], confidence, whitened[[0, 2]])
        np.testing.assert_allclose(found, expected, atol=1e-8)
