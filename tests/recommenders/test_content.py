import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.recommenders import ContentKernel, ContentTaste, TextMatch, content, likeness, sparsity

from .planted import people, training, weights_table, world


def dense(scores: Matrix) -> np.ndarray:
    return scores if isinstance(scores, np.ndarray) else scores.toarray()


def assert_keeps_the_largest(kept: np.ndarray, given: np.ndarray, count: int, rtol: float = 1e-5) -> None:
    """Whatever is kept is as it was; which of two equal ones is kept is free."""
    np.testing.assert_allclose(kept[kept > 0], given[kept > 0], rtol=rtol)
    rest = np.zeros((len(given), given.shape[1] - count))
    largest = np.sort(given, axis=1)[:, -count:]
    np.testing.assert_allclose(np.sort(kept, axis=1), np.hstack([rest, largest]), rtol=rtol, atol=1e-6)


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
    @pytest.mark.parametrize("few", [0, 256])
    def test_equals_a_naive_loop(self, block, power, few, monkeypatch):
        """With all weights, and with those of the histories only."""
        monkeypatch.setattr(likeness, "NUMBERS", 5 * 16)
        monkeypatch.setattr(content, "LEAST_ROWS", few)
        data = world()
        model = ContentKernel(block=block, dimensions=None, power=power, half_life=2).fit(data)
        vectors = sp.csr_array(data.items.blocks[block]).toarray()
        history = data.profiles.liked().matrix(2, weighted=True).toarray()
        expected = history @ naive_kernel(vectors, power)
        np.testing.assert_allclose(model.score(data.profiles), expected, rtol=1e-4, atol=1e-4)

    @pytest.mark.parametrize("block", ["text", "lexical"])
    @pytest.mark.parametrize("held_at_once", [2**24, 40])
    def test_one_who_asks_is_scored_like_the_crowd_without_all_weights(
        self, block, held_at_once, monkeypatch
    ):
        monkeypatch.setattr(content, "WEIGHTS", held_at_once)
        data = world()
        alone, crowd = (ContentKernel(block=block, dimensions=3).fit(data) for _ in range(2))
        crowd.prepare()
        every = np.arange(16)
        np.testing.assert_allclose(
            alone.score(data.profiles), crowd.score(data.profiles), rtol=1e-4, atol=1e-6
        )
        np.testing.assert_allclose(
            weights_table(alone, every, every), weights_table(crowd, every, every), rtol=1e-4, atol=1e-6
        )
        assert alone._weights is None
        monkeypatch.setattr(content, "LEAST_ROWS", len(np.unique(data.profiles.liked().items)))
        alone.score(data.profiles)
        assert alone._weights is not None

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

    def test_refitting_forgets_the_weights_that_were_in_use(self):
        model = ContentKernel(dimensions=3).fit(world())
        model.prepare()
        other = world(seed=9)
        expected = ContentKernel(dimensions=3).fit(other).score(other.profiles)
        np.testing.assert_array_equal(model.fit(other).score(other.profiles), expected)

    def test_weights_between_all_items_are_not_written_to_disk(self):
        data = world()
        model = ContentKernel().fit(data)
        model.prepare()
        assert set(model.learned) == {"vectors"}


@pytest.mark.parametrize("block", ["text", "lexical"])
class TestContentKernelOfManyItems:
    """The same worlds, with no memory for the weights between all items."""

    def test_with_enough_neighbours_nothing_changes(self, block):
        data = world()
        every = ContentKernel(block=block, dimensions=3).fit(data).score(data.profiles)
        nearest = ContentKernel(block=block, dimensions=3, neighbours=16, max_memory_gb=0).fit(data)
        np.testing.assert_allclose(dense(nearest.score(data.profiles)), every, rtol=1e-5, atol=1e-6)

    def test_each_item_puts_its_nearest_on_the_list(self, block):
        data = world()
        newcomers = people([[item] for item in range(16)], 16)
        every = ContentKernel(block=block, dimensions=3, power=1).fit(data).score(newcomers)
        nearest = ContentKernel(block=block, dimensions=3, power=1, neighbours=2, max_memory_gb=0).fit(data)
        assert_keeps_the_largest(dense(nearest.score(newcomers)), every, 2)

    def test_the_score_of_a_pair_is_complete(self, block):
        data = world()
        whole = ContentKernel(block=block, dimensions=3).fit(data).score(data.profiles)
        model = ContentKernel(block=block, dimensions=3, neighbours=2, max_memory_gb=0).fit(data)
        users, items = np.repeat(np.arange(30), 16), np.tile(np.arange(16), 30)
        found = model.score_pairs(data.profiles, model.score(data.profiles), users, items)
        np.testing.assert_allclose(found, whole.ravel(), rtol=1e-4, atol=1e-5)
        some = np.flatnonzero(users % 3 == 1)[::5]
        part = model.score_pairs(data.profiles, model.score(data.profiles), users[some], items[some])
        np.testing.assert_allclose(part, found[some], rtol=1e-6)

    def test_a_score_is_the_sum_of_what_history_items_gave(self, block):
        data = world()
        whole = ContentKernel(block=block, dimensions=3).fit(data).score(data.profiles)
        model = ContentKernel(block=block, dimensions=3, neighbours=4, max_memory_gb=0).fit(data)
        items = np.arange(16)
        parts = model.history_weights(data.profiles) @ weights_table(model, items, items)
        np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("held_at_once", [2**24, 6])
    def test_where_few_can_be_recommended_their_best_are_listed(self, block, held_at_once, monkeypatch):
        """Each item has its two nearest, most of which nobody can be recommended."""
        monkeypatch.setattr(content, "WEIGHTS", held_at_once)
        data, among = world(), np.array([2, 9, 14])
        whole = ContentKernel(block=block, dimensions=3).fit(data).score(data.profiles)
        model = ContentKernel(block=block, dimensions=3, neighbours=2, depth=2, max_memory_gb=0).fit(data)
        found = dense(model.score(data.profiles, among))
        assert not np.delete(found, among, axis=1).any()
        # Parts of other sizes may be rounded in another way.
        assert_keeps_the_largest(found[:, among], whole[:, among], 2, rtol=0.02)

    def test_scores_of_a_large_catalogue_stay_sparse(self, block, monkeypatch):
        monkeypatch.setattr(sparsity, "DENSE_ITEMS", 10)
        monkeypatch.setattr(content, "DENSE_ITEMS", 10)
        data = world()
        scores = ContentKernel(block=block, dimensions=3, neighbours=2).fit(data).score(data.profiles)
        assert isinstance(scores, sp.csr_array)
        assert scores.dtype == np.float32


class TestContentTaste:
    @pytest.mark.parametrize("block", ["text", "lexical"])
    def test_equals_a_naive_loop(self, block):
        data = world()
        model = ContentTaste(block=block, dimensions=None, half_life=2).fit(data)
        vectors = sp.csr_array(data.items.blocks[block]).toarray()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        history = data.profiles.liked().matrix(2, weighted=True).toarray()
        expected = history @ vectors @ vectors.T
        np.testing.assert_allclose(model.score(data.profiles), expected, rtol=1e-4, atol=1e-4)

    def test_what_is_unlike_the_history_counts_against_an_item(self):
        """Item 2 is half like item 0 and the opposite of item 1: a kernel forgives it, a taste does not."""
        text = np.array([[1, 0], [-0.5, 0.866], [0.5, -0.866], [0.4, 0.2]], np.float32)
        data = training(people([[0, 1]], 4), text=text)
        taste = ContentTaste(dimensions=None).fit(data).score(data.profiles)[0]
        kernel = ContentKernel(dimensions=None, power=1, half_life=None).fit(data).score(data.profiles)[0]
        assert taste[2] < 0 < taste[3]
        assert kernel[2] == pytest.approx(0.5, abs=0.01)


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
