import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.whitening import leading_axes, whiten, whitening_of


class TestWhitening:
    @pytest.fixture
    def vectors(self) -> np.ndarray:
        generator = np.random.default_rng(4)
        return (generator.normal(size=(200, 6)) * [9, 5, 3, 1, 0.5, 0.1] + 2).astype(np.float32)

    def test_full_whitening_gives_identity_covariance(self, vectors):
        white = whiten(vectors, np.arange(200), 4, 1.0)
        np.testing.assert_allclose(np.cov(white.T, bias=True), np.eye(4), atol=1e-4)
        np.testing.assert_allclose(white.mean(axis=0), 0, atol=1e-4)

    def test_half_whitening_brings_variances_to_their_root(self, vectors):
        variances = np.sort(np.linalg.eigvalsh(np.cov(vectors.astype(float).T, bias=True)))[::-1]
        half = whiten(vectors, np.arange(200), 3, 0.5)
        np.testing.assert_allclose(
            np.cov(half.T, bias=True), np.diag(np.sqrt(variances[:3])), rtol=1e-3, atol=1e-3
        )

    def test_no_whitening_keeps_distances(self, vectors):
        plain = whiten(vectors, np.arange(200), 6, 0.0)
        np.testing.assert_allclose(
            np.linalg.norm(plain[0] - plain[1]), np.linalg.norm(vectors[0] - vectors[1]), rtol=1e-4
        )

    def test_is_learned_from_the_given_rows(self, vectors):
        changed = vectors.copy()
        changed[100:] *= 50
        one, other = (whitening_of(table, np.arange(100), 3, 1.0) for table in (vectors, changed))
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])

    def test_missing_rows_stay_zero_and_teach_nothing(self, vectors):
        holes = np.concatenate([vectors, np.zeros((50, 6), np.float32)])
        white = whiten(holes, np.arange(250), 3, 1.0)
        assert not white[200:].any()
        np.testing.assert_allclose(white[:200], whiten(vectors, np.arange(200), 3, 1.0), atol=1e-5)

    @pytest.mark.parametrize(
        "vectors",
        [np.zeros((3, 4), np.float32), np.ones((3, 4), np.float32), np.arange(3, dtype=np.float32)[:, None]],
        ids=["no text", "all the same", "one column"],
    )
    def test_degenerate_blocks(self, vectors):
        assert np.isfinite(whiten(vectors, np.arange(3), 2, 1.0)).all()


class TestLeadingAxes:
    @pytest.fixture
    def rows(self) -> sp.csr_array:
        """Planted axes of clearly different lengths, and noise."""
        generator = np.random.default_rng(5)
        axes = np.linalg.qr(generator.normal(size=(60, 5)))[0]
        strength = generator.normal(size=(300, 5)) * [16, 8, 4, 2, 1]
        return sp.csr_array((strength @ axes.T + 0.01 * generator.normal(size=(300, 60))).astype(np.float32))

    def test_are_the_right_singular_vectors(self, rows):
        found = leading_axes(rows, 5, seed=0)
        exact = np.linalg.svd(rows.toarray().astype(float))[2][:5].T
        np.testing.assert_allclose(np.abs(np.sum(found * exact, axis=0)), 1, atol=1e-4)
        np.testing.assert_allclose(found.T @ found, np.eye(5), atol=1e-5)

    def test_are_no_more_than_the_rows_span(self):
        rank_two = np.outer(np.arange(1, 31), [1, 0, 2, 0, 0, 0]).astype(np.float32)
        rank_two[3, 4] = 50
        found = leading_axes(sp.csr_array(rank_two), 4, seed=0)
        assert found.shape == (6, 2)
        np.testing.assert_allclose(found.T @ found, np.eye(2), atol=1e-5)
