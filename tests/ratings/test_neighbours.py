import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.ratings import neighbours
from tesserec.ratings.neighbours import damped_rows, neighbour_means


def by_loops(vectors, residuals, owners, targets, power, shrinkage):
    means = []
    for owner, target in zip(owners, targets, strict=True):
        top = bottom = 0.0
        for other in range(residuals.shape[1]):
            if residuals[owner, other] != 0 and other != target:
                kernel = max(float(vectors[target] @ vectors[other]), 0) ** power
                top, bottom = top + kernel * residuals[owner, other], bottom + kernel
        means.append(top / (bottom + shrinkage))
    return np.array(means)


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    residuals = rng.normal(size=(6, 15)) * (rng.random((6, 15)) < 0.4)
    return rng.normal(size=(15, 4)), residuals, rng.integers(6, size=40), rng.integers(15, size=40)


@pytest.mark.parametrize("block", [3, 512])
@pytest.mark.parametrize("split", [False, True])
def test_equals_the_sums_written_as_loops(case, block, split, monkeypatch):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    vectors, residuals, owners, targets = case
    parts = [vectors[:, :2], sp.csr_matrix(vectors[:, 2:])] if split else [vectors]
    means = neighbour_means(parts, sp.csr_matrix(residuals), owners, targets, power=2.0, shrinkage=0.5)
    np.testing.assert_allclose(means, by_loops(vectors, residuals, owners, targets, 2.0, 0.5), rtol=1e-4)


def test_a_pair_does_not_see_its_own_value(case):
    vectors, residuals, owners, targets = case
    changed = residuals.copy()
    changed[owners[0], targets[0]] = 99.0
    one = slice(0, 1)
    before, after = (
        neighbour_means([vectors], sp.csr_matrix(table), owners[one], targets[one], power=1.0, shrinkage=0.5)
        for table in (residuals, changed)
    )
    assert before == after


def test_nobody_to_ask_is_zero():
    means = neighbour_means(
        [np.eye(3)], sp.csr_matrix((2, 3)), np.array([0, 1]), np.array([2, 0]), power=1.0, shrinkage=0.5
    )
    assert means.tolist() == [0, 0]


def test_damping_by_hand():
    rows = damped_rows(sp.csr_matrix([[3.0, 4.0], [0.0, 0.0]]), 5.0)
    np.testing.assert_allclose(rows.toarray(), [[0.3, 0.4], [0, 0]])
