import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import local_ridge as module
from tesserec.recommenders.local_ridge import local_ridge


def products(seed: int, items: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """A gram matrix of sparse rows, and products with others, some columns of which are nearly empty."""
    generator = np.random.default_rng(seed)
    rows, others = (generator.random((80, items)) * (generator.random((80, items)) < 0.15) for _ in range(2))
    others[:, :4] = 0
    others[0, 1] = 1
    return rows.T @ rows, rows.T @ others


def naive(gram: np.ndarray, cross: np.ndarray, penalty: float, neighbours: int) -> np.ndarray:
    weights = np.zeros(gram.shape)
    for target in range(len(gram)):
        gains = cross[:, target] ** 2 / (np.diag(gram) + penalty)
        gains[target] = 0
        near = np.argsort(-gains)[:neighbours]
        near = near[gains[near] > 0]
        system = gram[np.ix_(near, near)] + penalty * np.eye(len(near))
        weights[near, target] = np.linalg.solve(system, cross[near, target])
    return weights


@pytest.mark.parametrize("batch", [1, 500, 2**20])
@pytest.mark.parametrize("neighbours", [1, 5, 17, 100])
def test_equals_one_regression_after_the_other(neighbours, batch, monkeypatch):
    monkeypatch.setattr(module, "BATCH", batch)
    gram, cross = products(0)
    weights = local_ridge(sp.csr_array(gram), sp.csr_array(cross), 0.7, neighbours)
    np.testing.assert_allclose(weights.toarray(), naive(gram, cross, 0.7, neighbours), atol=1e-5)
    assert weights.shape == gram.shape
    assert np.diff(sp.csc_array(weights).indptr).max() <= neighbours


def test_neighbours_are_those_that_say_most_alone():
    """Item 2 goes along with the target most often, but is so frequent that item 1 says more."""
    gram = np.diag([5.0, 3.0, 60.0])
    cross = np.zeros((3, 3))
    cross[1, 0], cross[2, 0] = 3, 6
    weights = local_ridge(sp.csr_array(gram), sp.csr_array(cross), 1.0, 1).toarray()
    np.testing.assert_allclose(weights, [[0, 0, 0], [3 / 4, 0, 0], [0, 0, 0]])


def test_nothing_to_predict_gives_no_weights():
    empty = sp.csr_array((4, 4), dtype=np.float32)
    assert local_ridge(empty, empty, 1.0, 3).nnz == 0
