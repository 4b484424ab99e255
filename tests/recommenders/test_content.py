import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import ContentKernel, TextMatch, content
from tesserec.recommenders.content import whiten, whitening_of

from .planted import people, training, world


def naive_kernel(vectors: np.ndarray, power: float) -> np.ndarray:
    kernel = np.zeros((len(vectors), len(vectors)))
    for one, mine in enumerate(vectors):
        for other, theirs in enumerate(vectors):
            length = np.linalg.norm(mine) * np.linalg.norm(theirs)
            if one != other and length > 0:
                kernel[one, other] = max(mine @ theirs / length, 0) ** power
    return kernel


class TestContentKernel:
    @pytest.mark.parametrize("block", ["text", "lexical"])
    @pytest.mark.parametrize("power", [1.0, 3.0])
    def test_equals_a_naive_loop(self, block, power, monkeypatch):
        monkeypatch.setattr(content, "BLOCK", 5)
        data = world()
        model = ContentKernel(block=block, dimensions=None, power=power, half_life=2).fit(data)
        vectors = sp.csr_array(data.items.blocks[block]).toarray()
        history = data.profiles.liked().matrix(2, weighted=True).toarray()
        expected = history @ naive_kernel(vectors, power)
        np.testing.assert_allclose(model.score(data.profiles), expected, rtol=1e-4, atol=1e-4)

    def test_whitened_kernel_equals_a_naive_one(self):
        data = world()
        model = ContentKernel(dimensions=2, whitening=1, power=2, half_life=None).fit(data)
        vectors = data.items.blocks["text"].astype(float)
        known = vectors[np.unique(data.profiles.items)]
        centre = known.mean(axis=0)
        left, sizes, _ = np.linalg.svd((known - centre).T, full_matrices=False)
        white = (vectors - centre) @ left[:, :2] / sizes[:2]
        expected = data.profiles.matrix(weighted=True).toarray() @ naive_kernel(white, 2)
        np.testing.assert_allclose(model.score(data.profiles), expected, rtol=1e-3, atol=1e-3)

    def test_reaches_items_that_nobody_has_through_their_text(self):
        """Items 2 and 5 are new; item 2 reads like item 0, item 5 like item 3."""
        text = np.array([[1, 0], [0.8, 0.6], [0.99, 0.1], [0, 1], [0.6, 0.8], [0.1, 0.99]], np.float32)
        data = training(people([[0], [3], [0, 1], [3, 4]], 6), text=text)
        scores = ContentKernel(dimensions=None).fit(data).score(people([[0], [3]], 6))
        assert scores.argmax(axis=1).tolist() == [2, 5]

    def test_an_item_without_text_neither_gives_nor_takes(self):
        data = world()
        data.items.blocks["text"][3] = 0
        model = ContentKernel(dimensions=3).fit(data)
        assert not model.score(people([[3]], 16)).any()
        assert not model.score(data.profiles)[:, 3].any()

    def test_sits_out_without_the_block(self):
        assert not ContentKernel(block="reviews").applies_to(world())


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


class TestTextMatch:
    @pytest.mark.parametrize("dimensions", [None, 1])
    def test_words_of_a_person_reach_items_without_any_history(self, dimensions):
        text = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)
        profiles = people([[0], [2], []], 4, text=np.array([[1, 0], [0, 1], [0, 0]], np.float32))
        model = TextMatch(dimensions=dimensions).fit(training(profiles, text=text))
        scores = model.score(profiles)
        assert scores[0, :2].min() > scores[0, 2:].max()
        assert scores[1, 2:].min() > scores[1, :2].max()
        assert not scores[2].any()

    def test_sits_out_where_either_side_has_no_text(self):
        item_side = training(people([[0]], 1), text=np.ones((1, 2), np.float32))
        user_side = training(people([[0]], 1, text=np.ones((1, 2), np.float32)))
        assert not TextMatch().applies_to(item_side)
        assert not TextMatch().applies_to(user_side)
