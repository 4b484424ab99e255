import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.blocks import unit_rows
from tesserec.recommenders import likeness
from tesserec.recommenders.likeness import all_likenesses, nearest, pair_products


@pytest.fixture(params=["dense", "sparse"])
def vectors(request):
    """Three hundred vectors without two equal likenesses to speak of."""
    generator = np.random.default_rng(3)
    if request.param == "dense":
        return unit_rows(generator.normal(size=(300, 8)).astype(np.float32))
    table = generator.random((300, 40)) * (generator.random((300, 40)) < 0.3)
    return unit_rows(sp.csr_array(table.astype(np.float32)))


def as_array(matrix):
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


def naive(queries, vectors, power):
    return np.maximum(as_array(queries).astype(float) @ as_array(vectors).astype(float).T, 0) ** power


def naive_nearest(every, count):
    kept = np.zeros_like(every)
    for row, best in enumerate(np.argsort(-every, axis=1)[:, :count]):
        kept[row, best] = every[row, best]
    return kept


@pytest.mark.parametrize(("numbers", "few"), [(300 * 7, 1), (300 * 7, 256), (2**24, 1)])
class TestLikeness:
    @pytest.fixture(autouse=True)
    def in_blocks(self, numbers, few, monkeypatch):
        monkeypatch.setattr(likeness, "NUMBERS", numbers)
        monkeypatch.setattr(likeness, "LEAST_ROWS", few)

    @pytest.mark.parametrize("power", [1.0, 3.0])
    def test_all_equal_plain_inner_products(self, vectors, power):
        found = all_likenesses(vectors[:50], vectors, power)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, naive(vectors[:50], vectors, power), atol=0.004 * power)

    @pytest.mark.parametrize("count", [1, 5, 36, 37, 38, 299, 1000])
    def test_the_nearest_are_the_largest(self, vectors, count):
        """Counts around 300 / 8 take turns between the two ways of selecting."""
        every = all_likenesses(vectors[:50], vectors, 2)
        found = nearest(vectors[:50], vectors, 2, count)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(np.count_nonzero(found.toarray(), axis=1), np.diff(found.indptr))
        np.testing.assert_allclose(found.toarray(), naive_nearest(every, count), atol=0.005)

    def test_only_the_given_vectors_are_looked_at(self, vectors):
        among = np.array([7, 3, 250, 251, 9, 100])
        every = all_likenesses(vectors[:50], vectors, 1)
        every[:, np.setdiff1d(np.arange(300), among)] = 0
        found = nearest(vectors[:50], vectors, 1, 4, among=among).toarray()
        np.testing.assert_allclose(found, naive_nearest(every, 4), atol=0.005)

    def test_nothing_is_its_own_neighbour(self, vectors):
        found = nearest(vectors, vectors, 1, 4, same=True).toarray()
        assert not np.diag(found).any()
        every = all_likenesses(vectors, vectors, 1)
        np.fill_diagonal(every, 0)
        np.testing.assert_allclose(found, naive_nearest(every, 4), atol=0.005)

    def test_rows_are_sorted_and_positions_are_short(self, vectors):
        found = nearest(vectors, vectors, 1, 9)
        assert found.indices.dtype == np.int32
        assert sp.csr_array((found.data, found.indices, found.indptr), shape=found.shape).has_sorted_indices


def test_nobody_asks():
    vectors = np.eye(4, dtype=np.float32)
    assert all_likenesses(vectors[:0], vectors, 1).shape == (0, 4)
    assert nearest(vectors[:0], vectors, 1, 2).shape == (0, 4)


def test_products_of_few_are_not_rounded(vectors):
    found = all_likenesses(vectors[:9], vectors, 3)
    np.testing.assert_allclose(found, naive(vectors[:9], vectors, 3), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("common", [0.0, 0.3, 1.0])
def test_common_columns_make_no_difference(common, monkeypatch):
    monkeypatch.setattr(likeness, "COMMON", common)
    monkeypatch.setattr(likeness, "LEAST_ROWS", 1)
    generator = np.random.default_rng(1)
    words = generator.random((60, 20)) < np.linspace(0, 0.8, 20)
    vectors = unit_rows(sp.csr_array(words.astype(np.float32)))
    expected = naive(vectors[:9], vectors, 1)
    np.testing.assert_allclose(all_likenesses(vectors[:9], vectors, 1), expected, atol=0.005)


@pytest.mark.parametrize("at_once", [1, 7, 2_000])
def test_products_of_pairs_are_exact(vectors, at_once, monkeypatch):
    monkeypatch.setattr(likeness, "PAIRS", at_once)
    generator = np.random.default_rng(2)
    rows, columns = generator.integers(0, 300, (2, 500))
    expected = (as_array(vectors).astype(float) @ as_array(vectors).astype(float).T)[rows, columns]
    found = pair_products(vectors, vectors, rows, columns)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
