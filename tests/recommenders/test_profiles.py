from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import Profiles, build_profiles
from tesserec.state import load_state, save_state

from .planted import people

ITEM_IDS = np.array(["a", "b", "c", "d"], dtype=object)
USERS = FeatureBlocks(np.array(["ann", "bob", "eve"], dtype=object), {"x": np.eye(3, dtype=np.float32)}, {})


def log(*events: tuple) -> pd.DataFrame:
    """Events of (user, item, event, weight, timestamp), sorted as the contract says."""
    table = pd.DataFrame(events, columns=["user_id", "item_id", "event", "weight", "timestamp"])
    return table.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)


def history_of(profiles: Profiles, user: int) -> list[int]:
    return profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]].tolist()


class TestBuildProfiles:
    def test_an_item_stands_once_at_its_last_event_with_the_weights_of_its_kinds_summed(self):
        events = log(
            ("ann", "a", "view", 1.0, 10),
            ("ann", "b", "view", 1.0, 20),
            ("ann", "a", "purchase", 3.0, 30),
            ("ann", "a", "view", 1.5, 40),
            ("ann", "c", "view", 1.0, 35),
        )
        profiles = build_profiles(events, ITEM_IDS, USERS)
        assert history_of(profiles, 0) == [1, 2, 0]
        np.testing.assert_allclose(profiles.weights, [1, 1, 4.5])
        np.testing.assert_allclose(profiles.recency, [3 / 5, 1 / 5, 0])

    def test_recency_is_the_share_of_all_events_that_came_later(self):
        events = log(("ann", "a", "view", 1, 1), ("ann", "b", "view", 1, 2), ("bob", "a", "view", 1, 2))
        events = pd.concat([events, log(("eve", "d", "view", 1, 5))], ignore_index=True)
        profiles = build_profiles(events, ITEM_IDS, USERS)
        np.testing.assert_allclose(profiles.recency, [3 / 4, 1 / 4, 1 / 4, 0])

    def test_equal_times_keep_the_order_of_rows(self):
        events = log(("ann", "c", "view", 1, 1), ("ann", "a", "view", 1, 1), ("ann", "b", "view", 1, 1))
        assert history_of(build_profiles(events, ITEM_IDS, USERS), 0) == [2, 0, 1]

    def test_people_stand_in_the_order_of_their_features_even_without_events(self):
        profiles = build_profiles(log(("eve", "a", "view", 1, 1)), ITEM_IDS, USERS)
        assert profiles.user_ids.tolist() == ["ann", "bob", "eve"]
        assert profiles.lengths.tolist() == [0, 0, 1]
        np.testing.assert_array_equal(profiles.blocks["x"], np.eye(3))

    def test_one_unknown_time_makes_the_order_unknown(self):
        events = log(("ann", "a", "view", 1, 1), ("ann", "b", "view", 1, np.nan))
        profiles = build_profiles(events, ITEM_IDS, USERS)
        assert not profiles.ordered
        assert profiles.ages.tolist() == [0, 0]
        assert profiles.recency.tolist() == [0, 0]

    def test_unknown_people_and_items_are_passed_over(self):
        events = log(("ann", "z", "view", 1, 1), ("ann", "a", "view", 1, 2), ("zoe", "a", "view", 1, 3))
        assert build_profiles(events, ITEM_IDS, USERS).items.tolist() == [0]

    def test_no_events_at_all(self):
        profiles = build_profiles(log(), ITEM_IDS, USERS)
        assert len(profiles) == 3
        assert profiles.matrix(2.0).nnz == 0

    def test_a_dislike_stays_in_the_history_without_weight(self):
        events = log(("ann", "a", "rating", 0.0, 1), ("ann", "b", "rating", 1.0, 2))
        profiles = build_profiles(events, ITEM_IDS, USERS)
        assert history_of(profiles, 0) == [0, 1]
        assert profiles.weights.tolist() == [0, 1]

    def test_the_log_is_not_changed(self):
        events = log(("ann", "a", "view", 1, 2), ("bob", "a", "view", 1, 1))
        before = events.copy()
        build_profiles(events, ITEM_IDS, USERS)
        pd.testing.assert_frame_equal(events, before)


class TestProfiles:
    @pytest.fixture
    def profiles(self) -> Profiles:
        features = np.arange(6, dtype=np.float32).reshape(3, 2)
        return people(
            [[3, 0, 2], [], [1, 3]],
            4,
            [[1, 0, 2], [], [4, 1]],
            recency=[0.9, 0.5, 0.1, 0.4, 0.0],
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
        assert len(liked) == 3

    def test_with_history_leaves_out_those_who_like_nothing(self, profiles):
        dislikes = replace(profiles, weights=np.array([1, 0, 2, 0, 0], np.float32))
        assert profiles.with_history().user_ids.tolist() == ["u0", "u2"]
        assert dislikes.with_history().user_ids.tolist() == ["u0"]

    def test_restricted_to_renumbers_items(self, profiles):
        small = profiles.restricted_to(np.array([1, 3]))
        assert [history_of(small, user) for user in range(3)] == [[1], [], [0, 1]]
        assert small.n_items == 2
        assert small.weights.tolist() == [1, 4, 1]

    def test_without_history_leaves_the_person(self, profiles):
        bare = profiles.without_history()
        assert bare.lengths.tolist() == [0, 0, 0]
        np.testing.assert_array_equal(bare.blocks["dense"], profiles.blocks["dense"])

    @pytest.mark.parametrize("size", [1, 2, 3, 10])
    def test_blocks_cover_everybody_once(self, profiles, size):
        parts = list(profiles.in_blocks(size))
        assert np.concatenate([block.user_ids for _, block in parts]).tolist() == ["u0", "u1", "u2"]
        assert all(profiles.user_ids[place].tolist() == block.user_ids.tolist() for place, block in parts)
        assert max(len(block) for _, block in parts) <= size

    def test_a_folder_gives_them_back(self, profiles, tmp_path):
        save_state(profiles, tmp_path / "people")
        loaded = load_state(Profiles, tmp_path / "people")
        for name in ("user_ids", "indptr", "items", "weights", "recency"):
            np.testing.assert_array_equal(getattr(loaded, name), getattr(profiles, name))
        assert (loaded.n_items, loaded.ordered) == (4, True)
        np.testing.assert_array_equal(loaded.blocks["dense"], profiles.blocks["dense"])
        np.testing.assert_array_equal(loaded.blocks["sparse"].toarray(), profiles.blocks["sparse"].toarray())
