from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks
from tesserec.features.fusion import fuse_rows, learn_fusing, with_fused
from tesserec.recommenders import ItemKnn, Profiles, UserKnn, neighbours, sparsity
from tesserec.recommenders.named import named_parts

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
    @pytest.mark.parametrize("entries", [40, 10_000])
    @pytest.mark.parametrize(("kept", "shrinkage"), [(3, 0.0), (3, 10.0), (50, 1.0)])
    def test_weights_equal_a_naive_loop(self, kept, shrinkage, entries, monkeypatch):
        monkeypatch.setattr(sparsity, "ENTRIES", entries)
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


@pytest.mark.parametrize("model", [ItemKnn(neighbours=3), UserKnn(neighbours=3), UserKnn(block="fused")])
def test_a_large_catalogue_has_sparse_scores(model, monkeypatch):
    data = world()
    dense = model.fit(data).score(data.profiles)
    monkeypatch.setattr(sparsity, "DENSE_ITEMS", 10)
    sparse = model.score(data.profiles)
    assert isinstance(dense, np.ndarray)
    assert isinstance(sparse, sp.csr_array)
    np.testing.assert_array_equal(sparse.toarray(), dense)


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
        monkeypatch.setattr(neighbours, "LIKENESSES", 3 * model.learned["people"].shape[1])
        np.testing.assert_allclose(model.score(data.profiles), whole, rtol=1e-6)

    def test_what_each_item_of_a_history_gave_by_hand(self):
        """One neighbour has item 0 and then 2, another 1 and then 3, a third 0, 1 and then 4."""
        data = training(people([[0, 2], [1, 3], [0, 1, 4]], 5))
        asked = people([[0, 1]], 5)
        third = 2 / np.sqrt(6)
        total = 1 / 2 + 1 / 2 + third
        split = UserKnn().fit(data).split(asked)
        parts = split(np.tile([0, 1], 3), np.repeat([2, 3, 4], 2)).reshape(3, 2)
        expected = np.array([[1 / 2, 0], [0, 1 / 2], [third / 2, third / 2]]) / total
        np.testing.assert_allclose(parts, expected, rtol=1e-6)

    def test_an_older_item_gave_less(self):
        """The one neighbour is like the person by both items, and the older of them counts half."""
        data = training(people([[0, 1, 2]], 3))
        split = UserKnn(half_life=1).fit(data).split(people([[0, 1]], 3))
        older, newer = split(np.array([0, 1]), np.array([2, 2]))
        # To the neighbour, item 0 is twice as old as item 1: a quarter and a half.
        assert older / newer == pytest.approx(1 / 2 * 1 / 2)
        assert older + newer == pytest.approx(1)

    def test_features_that_make_people_alike_and_what_they_give_sum_to_the_score(self):
        data = world()
        data.profiles.names.update(lexical=[f"word {column}" for column in range(9)], demographics=["a", "b"])
        users = FeatureBlocks(data.profiles.user_ids, data.profiles.blocks, {})
        fusing = learn_fusing(users, {"text": 1, "lexical": 1, "demographics": 2}, np.arange(30), 12, seed=0)
        blocks = with_fused(users, fusing).blocks
        data = replace(data, profiles=replace(data.profiles, blocks=blocks, fusing=fusing))
        model = UserKnn(neighbours=5, block="fused").fit(data)
        asked, items = np.repeat(np.arange(3, 30, 2), 16), np.tile(np.arange(16), 14)
        parts, names = named_parts(model, data.profiles, {}, asked, items)
        assert names == [*(f"word {column}" for column in range(9)), "a", "b", ""]
        scores = model.score(data.profiles)[asked, items]
        np.testing.assert_allclose(parts.sum(axis=1), scores, rtol=1e-4, atol=1e-5)
        # Everybody is of one trade only, and what others lack they do not give.
        assert not parts.toarray()[:, 9].any()
        assert parts.toarray()[:, 10].max() > 0.1
        assert UserKnn(block="text").fit(data).feature_parts(data.profiles, asked, items) is None

    def test_what_a_feature_gave_by_hand(self):
        """One neighbour has the trade, one the town, which counts twice as much; each has one item."""
        kinds = sp.csr_array(np.array([[1, 0], [0, 1], [1, 1]], np.float32))
        profiles = people([[0], [1], []], 2, trade=kinds[:, [0]], town=kinds[:, [1]])
        profiles.names.update(trade=["cook"], town=["Leeds"])
        fusing = {"trade": np.array([[1, 0]], np.float32), "town": np.array([[0, 2]], np.float32)}
        blocks = {**profiles.blocks, "fused": fuse_rows(profiles.blocks, fusing)}
        known = replace(profiles, blocks=blocks, fusing=fusing)
        model = UserKnn(block="fused").fit(training(known))
        parts, names = model.feature_parts(known, np.array([2, 2]), np.array([0, 1]))
        assert names == ["cook", "Leeds", ""]
        # The likenesses are 1 and 2, by one feature each.
        np.testing.assert_allclose(parts.toarray(), [[1 / 3, 0, 0], [0, 2 / 3, 0]], atol=1e-6)

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

    def test_no_more_people_are_compared_with_than_allowed(self):
        data = world()
        drawn = [UserKnn(people=9, seed=seed).fit(data).learned["histories"].toarray() for seed in (1, 1, 2)]
        assert [len(histories) for histories in drawn] == [9, 9, 9]
        assert all(histories.any(axis=1).all() for histories in drawn)
        np.testing.assert_array_equal(drawn[0], drawn[1])
        assert not np.array_equal(drawn[0], drawn[2])

    def test_a_draw_of_all_people_is_everybody_in_order(self):
        data = world()
        everybody = len(data.profiles.with_history())
        model = UserKnn(people=everybody).fit(data)
        np.testing.assert_array_equal(
            model.learned["histories"].toarray(), data.profiles.with_history().matrix().toarray()
        )
