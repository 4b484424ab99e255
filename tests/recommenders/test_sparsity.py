import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import sparsity
from tesserec.recommenders.sparsity import compact, keep_largest, row_blocks


class TestKeepLargest:
    @pytest.mark.parametrize("form", [np.array, sp.csr_array], ids=["dense", "sparse"])
    def test_keeps_the_largest_positive_and_of_ties_the_first(self, form):
        matrix = np.array([[0.2, 0.5, 0.5, 0.5], [0, 0, 0, 0], [-1, -2, 0, 0.1]])
        kept = keep_largest(form(matrix), 2).toarray()
        np.testing.assert_array_equal(kept, [[0, 0.5, 0.5, 0], [0, 0, 0, 0], [0, 0, 0, 0.1]])

    def test_equals_sorting_each_row(self):
        matrix = np.random.default_rng(3).random((20, 30))
        kept = keep_largest(matrix, 7).toarray()
        for row, original in zip(kept, matrix, strict=True):
            assert set(np.flatnonzero(row)) == set(np.argsort(original)[-7:])
        np.testing.assert_array_equal(kept[kept > 0], matrix[kept > 0])

    def test_repeated_entries_are_summed_first(self):
        twice = sp.coo_array(([0.3, 0.3, 0.5], ([0, 0, 0], [1, 1, 2])), shape=(1, 3))
        np.testing.assert_allclose(keep_largest(twice, 1).toarray(), [[0, 0.6, 0]])

    @pytest.mark.parametrize("entries", [1, 50, 10_000])
    @pytest.mark.parametrize("count", [1, 4, 40])
    def test_equals_sorting_each_row_with_ties_and_gaps(self, count, entries, monkeypatch):
        monkeypatch.setattr(sparsity, "ENTRIES", entries)
        matrix = np.random.default_rng(4).integers(-2, 6, (30, 40)) * (np.arange(30) % 7 > 0)[:, None] / 8
        expected = np.where(matrix > 0, matrix, 0)
        for row in expected:
            row[np.argsort(-row, kind="stable")[count:]] = 0
        np.testing.assert_array_equal(keep_largest(matrix, count).toarray(), expected)
        np.testing.assert_array_equal(keep_largest(sp.csr_array(matrix), count).toarray(), expected)

    @pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
    def test_nothing_stays_nothing(self, shape):
        assert keep_largest(np.zeros(shape, np.float32), 2).shape == shape
        assert keep_largest(sp.csr_array(shape, dtype=np.float32), 2).shape == shape


@pytest.mark.parametrize(
    ("entries", "spans"),
    [
        ([4, 4, 4], [(0, 2), (2, 3)]),
        ([5, 5, 1], [(0, 2), (2, 3)]),
        ([11, 0, 9, 2], [(0, 1), (1, 3), (3, 4)]),
        ([0, 0, 0], [(0, 3)]),
        ([], []),
    ],
)
def test_row_blocks_hold_what_is_allowed_or_one_row(entries, spans, monkeypatch):
    monkeypatch.setattr(sparsity, "ENTRIES", 10)
    assert [(span.start, span.stop) for span in row_blocks(np.array(entries, int))] == spans


def test_scores_of_a_large_catalogue_stay_sparse(monkeypatch):
    scores = sp.csr_array(np.eye(3, dtype=np.float32))
    np.testing.assert_array_equal(compact(scores), np.eye(3))
    monkeypatch.setattr(sparsity, "DENSE_ITEMS", 2)
    assert compact(scores) is scores
