import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import ItemKnn, Profiles, UserKnn, neighbours
from tesserec.recommenders.neighbours import keep_largest

from .planted import people, training, world


def naive_item_weights(profiles: Profiles, kept: int, shrinkage: float) -> np.ndarray:
    holders = [set() for _ in range(profiles.n_items)]
    for user, item, weight in zip(profiles.rows, profiles.items, profiles.weights, strict=True):
        if weight > 0:
            holders[item].add(user)
    weights = np.zeros((len(holders), len(holders)))
    for one, mine in enumerate(holders):
        for other, theirs in enumerate(holders):
            if both := len(mine & theirs) * (one != other):
                cosine = both / np.sqrt(len(mine) * len(theirs))
                weights[one, other] = np.float32(cosine * both / (both + shrinkage))
    for row in weights:
        row[np.argsort(-row, kind="stable")[kept:]] = 0
    return weights


def naive_user_scores(known: np.ndarray, asked: np.ndarray, histories: np.ndarray, kept: int) -> np.ndarray:
    scores = np.zeros((len(asked), histories.shape[1]))
    for person, mine in enumerate(asked):
        lengths = [np.linalg.norm(mine) * np.linalg.norm(other) or 1 for other in known]
        likeness = np.array([mine @ other / length for other, length in zip(known, lengths, strict=True)])
        likeness = np.where(likeness > 0, likeness, 0).astype(np.float32)
        nearest = np.argsort(-likeness, kind="stable")[:kept]
        if likeness[nearest].sum() > 0:
            scores[person] = likeness[nearest] @ histories[nearest] / likeness[nearest].sum()
    return scores


class TestItemKnn:
    @pytest.mark.parametrize("block", [3, 100])
    @pytest.mark.parametrize(("kept", "shrinkage"), [(3, 0.0), (3, 10.0), (50, 1.0)])
    def test_weights_equal_a_naive_loop(self, kept, shrinkage, block, monkeypatch):
        monkeypatch.setattr(neighbours, "BLOCK", block)
        data = world()
        model = ItemKnn(neighbours=kept, shrinkage=shrinkage).fit(data)
        expected = naive_item_weights(data.profiles, kept, shrinkage)
        np.testing.assert_allclose(model.learned["weights"].toarray(), expected, rtol=1e-5)

    def test_scores_by_hand(self):
        """Items 0 and 1 share two of two people; the person has 0, and 2 two steps ago."""
        data = training(people([[0, 1], [0, 1], [2, 3]], 4))
        model = ItemKnn(shrinkage=2, half_life=1).fit(data)
        scores = model.score(people([[2, 0]], 4))
        np.testing.assert_allclose(scores, [[0, 2 / 4, 0, 1 / 3 / 2]], rtol=1e-6)


class TestUserKnn:
    @pytest.mark.parametrize("kept", [1, 4, 100])
    def test_scores_equal_a_naive_loop_over_histories(self, kept):
        data = world()
        model = UserKnn(neighbours=kept).fit(data)
        liked = data.profiles.matrix().toarray()
        known = liked[liked.any(axis=1)]
        np.testing.assert_allclose(
            model.score(data.profiles), naive_user_scores(known, liked, known, kept), atol=1e-5
        )

    @pytest.mark.parametrize("block", ["fused", "demographics"])
    def test_scores_equal_a_naive_loop_over_features(self, block):
        data = world()
        model = UserKnn(neighbours=4, block=block).fit(data)
        liked = data.profiles.matrix().toarray()
        features = sp.csr_array(data.profiles.blocks[block]).toarray()
        active = liked.any(axis=1)
        expected = naive_user_scores(features[active], features, liked[active], 4)
        np.testing.assert_allclose(model.score(data.profiles), expected, atol=1e-5)

    def test_blocks_of_people_do_not_show(self, monkeypatch):
        data = world()
        model = UserKnn(neighbours=4).fit(data)
        whole = model.score(data.profiles)
        monkeypatch.setattr(neighbours, "block_size", lambda people: 3)
        np.testing.assert_allclose(model.score(data.profiles), whole, rtol=1e-6)

    def test_people_without_a_history_are_nobodys_neighbours(self):
        """The two who are most alike have nothing to recommend; the third one has."""
        features = np.array([[1, 0], [1, 0], [1, 1]], np.float32)
        profiles = people([[], [], [2]], 3, friends=features)
        scores = UserKnn(neighbours=1, block="friends").fit(training(profiles)).score(profiles)
        np.testing.assert_allclose(scores[0], [0, 0, 1])

    def test_people_without_a_history_get_what_people_like_them_have(self):
        groups = np.eye(2, dtype=np.float32)[[0, 0, 1, 1]]
        known = people([[0, 1], [0], [2], [2, 3]], 4, group=groups)
        scores = UserKnn(block="group").fit(training(known)).score(known.without_history())
        assert scores.argmax(axis=1).tolist() == [0, 0, 2, 2]

    def test_sits_out_without_the_block(self):
        assert not UserKnn(block="relations").applies_to(world())


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
