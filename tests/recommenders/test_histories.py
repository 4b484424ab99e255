import numpy as np
import pandas as pd

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import build_profiles

from .test_profiles import history_of

ITEM_IDS = np.array(["a", "b", "c", "d"], dtype=object)
USERS = FeatureBlocks(np.array(["ann", "bob", "eve"], dtype=object), {"x": np.eye(3, dtype=np.float32)}, {})


def log(*events: tuple) -> pd.DataFrame:
    """Events of (user, item, event, weight, timestamp), sorted as the contract says."""
    table = pd.DataFrame(events, columns=["user_id", "item_id", "event", "weight", "timestamp"])
    return table.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)


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

    def test_an_entry_has_a_bit_for_each_kind_of_its_events(self):
        events = log(
            ("ann", "a", "view", 1, 1),
            ("ann", "b", "cart", 1, 2),
            ("ann", "a", "purchase", 3, 3),
            ("ann", "a", "view", 1, 4),
            ("bob", "c", "view", 1, 1),
            ("zoe", "c", "return", 1, 1),  # nobody knows zoe
        )
        profiles = build_profiles(events, ITEM_IDS, USERS)
        assert profiles.event_kinds == ("cart", "purchase", "view")
        assert profiles.items.tolist() == [1, 0, 2]
        assert profiles.kinds.tolist() == [0b001, 0b110, 0b100]
        assert profiles.kinds.dtype == np.int64

    def test_of_too_many_kinds_the_rarest_are_unknown(self):
        often = [("ann", "a", f"k{kind:02}", 1, kind) for kind in range(64) if kind != 5] * 2
        profiles = build_profiles(log(*often, ("bob", "b", "k05", 1, 1)), ITEM_IDS, USERS)
        assert len(profiles.event_kinds) == 63 and "k05" not in profiles.event_kinds
        assert profiles.kinds.tolist() == [2**63 - 1, 0]
        assert profiles.weights.tolist() == [63, 1]
