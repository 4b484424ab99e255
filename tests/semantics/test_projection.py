import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from tesserec.semantics import projection
from tesserec.semantics.projection import lay_out


def clusters(each: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(4), each)
    return generator.normal(size=(4, 20))[labels] * 5 + generator.normal(size=(4 * each, 20)), labels


def test_planted_groups_stay_together():
    vectors, labels = clusters(25)
    rows, positions = lay_out(vectors, seed=0)
    assert rows.tolist() == list(range(100))
    near = NearestNeighbors(n_neighbors=6).fit(positions).kneighbors(return_distance=False)
    assert (labels[near] == labels[:, None]).all()
    assert np.abs(positions).max() == 1
    np.testing.assert_array_equal(lay_out(vectors, seed=0)[1], positions)


def test_unknown_vectors_are_left_out_and_points_are_bounded(monkeypatch):
    vectors, _ = clusters(10)
    vectors[[3, 7]] = 0
    rows, positions = lay_out(vectors, seed=0)
    assert rows.tolist() == [row for row in range(40) if row not in (3, 7)]
    assert positions.shape == (38, 2)
    monkeypatch.setattr(projection, "MOST_POINTS", 12)
    rows, positions = lay_out(vectors, seed=0)
    assert len(set(rows)) == len(positions) == 12
    assert rows.tolist() == sorted(rows)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("size", [1, 2, 8])
def test_few_vectors(count, size):
    rows, positions = lay_out(np.ones((count, size)) * np.arange(1, count + 1)[:, None], seed=0)
    assert len(rows) == len(positions) == count
    assert np.isfinite(positions).all()
