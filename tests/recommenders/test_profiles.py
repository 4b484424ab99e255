from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders import Profiles
from tesserec.state import load_state, save_state

from .planted import people


def history_of(profiles: Profiles, user: int) -> list[int]:
    return profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]].tolist()


class TestProfiles:
    @pytest.fixture
    def profiles(self) -> Profiles:
        features = np.arange(6, dtype=np.float32).reshape(3, 2)
        return people(
            [[3, 0, 2], [], [1, 3]],
            4,
            [[1, 0, 2], [], [4, 1]],
            recency=[0.9, 0.5, 0.1, 0.4, 0.0],
            kinds=[1, 2, 3, 2, 1],
            event_kinds=("purchase", "view"),
            dense=features,
            sparse=sp.csr_array(features),
        )

    def test_ages_count_from_the_newest_entry(self, profiles):
        assert profiles.ages.tolist() == [2, 1, 0, 1, 0]

    def test_matrix_by_hand(self, profiles):
        liked = [[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]]
        np.testing.assert_array_equal(profiles.matrix().toarray(), liked)
        decayed = [[0, 0, 1, 1 / 4], [0, 0, 0, 0], [0, 1 / 2, 0, 1]]
        np.testing.assert_allclose(profiles.matrix(1.0).toarray(), decayed)
        weighted = [[0, 0, 2, 1 / 4], [0, 0, 0, 0], [0, 2, 0, 1]]
        np.testing.assert_allclose(profiles.matrix(1.0, weighted=True).toarray(), weighted)

    def test_a_long_history_is_cut_where_it_has_faded_and_nowhere_else(self):
        faded = people([range(30)], 30, [[1e6] + [1.0] * 29]).matrix(1.0, weighted=True)
        assert faded.indices.min() == 30 - 10  # 0.5 ** 9 is above a thousandth, 0.5 ** 10 below
        assert people([range(30)], 30, [[1e6] + [1.0] * 29]).matrix(weighted=True).nnz == 30

    def test_seen_holds_dislikes(self, profiles):
        np.testing.assert_array_equal(profiles.seen().toarray(), [[1, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]])

    def test_take_moves_everything_that_belongs_to_a_person(self, profiles):
        taken = profiles.take(np.array([2, 0, 2]))
        assert taken.user_ids.tolist() == ["u2", "u0", "u2"]
        assert [history_of(taken, user) for user in range(3)] == [[1, 3], [3, 0, 2], [1, 3]]
        assert taken.weights.tolist() == [4, 1, 1, 0, 2, 4, 1]
        np.testing.assert_allclose(taken.recency, [0.4, 0, 0.9, 0.5, 0.1, 0.4, 0])
        assert taken.kinds.tolist() == [2, 1, 1, 2, 3, 2, 1]
        np.testing.assert_array_equal(taken.blocks["dense"], [[4, 5], [0, 1], [4, 5]])
        np.testing.assert_array_equal(taken.blocks["sparse"].toarray(), taken.blocks["dense"])

    def test_nobody_can_be_taken(self, profiles):
        nobody = profiles.take(np.zeros(0, int))
        assert len(nobody) == 0
        assert nobody.matrix(1.0).shape == (0, 4)

    def test_liked_drops_dislikes_and_counts_ages_anew(self, profiles):
        liked = profiles.liked()
        assert history_of(liked, 0) == [3, 2]
        assert liked.ages.tolist() == [1, 0, 1, 0]
        assert liked.kinds.tolist() == [1, 3, 2, 1]
        assert len(liked) == 3

    def test_with_history_leaves_out_those_who_like_nothing(self, profiles):
        dislikes = replace(profiles, weights=np.array([1, 0, 2, 0, 0], np.float32))
        assert profiles.with_history().user_ids.tolist() == ["u0", "u2"]
        assert dislikes.with_history().user_ids.tolist() == ["u0"]

    def test_without_history_leaves_the_person(self, profiles):
        bare = profiles.without_history()
        assert bare.lengths.tolist() == [0, 0, 0]
        assert len(bare.kinds) == 0
        np.testing.assert_array_equal(bare.blocks["dense"], profiles.blocks["dense"])

    @pytest.mark.parametrize("size", [1, 2, 3, 10])
    def test_blocks_cover_everybody_once(self, profiles, size):
        parts = list(profiles.in_blocks(size))
        assert np.concatenate([block.user_ids for _, block in parts]).tolist() == ["u0", "u1", "u2"]
        assert all(profiles.user_ids[place].tolist() == block.user_ids.tolist() for place, block in parts)
        assert max(len(block) for _, block in parts) <= size

    def test_a_folder_gives_them_back(self, profiles, tmp_path):
        fusing = {"dense": np.ones((2, 3), np.float32)}
        save_state(replace(profiles, fusing=fusing), tmp_path / "people")
        loaded = load_state(Profiles, tmp_path / "people")
        assert set(loaded.blocks) == {"dense", "sparse"}
        assert set(loaded.fusing) == {"dense"}
        np.testing.assert_array_equal(loaded.fusing["dense"], fusing["dense"])
        for name in ("user_ids", "indptr", "items", "weights", "recency", "kinds"):
            np.testing.assert_array_equal(getattr(loaded, name), getattr(profiles, name))
        assert (loaded.n_items, loaded.ordered) == (4, True)
        assert loaded.event_kinds == ("purchase", "view")
        np.testing.assert_array_equal(loaded.blocks["dense"], profiles.blocks["dense"])
        np.testing.assert_array_equal(loaded.blocks["sparse"].toarray(), profiles.blocks["sparse"].toarray())
