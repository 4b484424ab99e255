import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from tesserec.metrics import ranking_metrics
from tesserec.metrics.slices import Slice, history_slices, slice_metrics


def user_metrics(values):
    return pd.DataFrame(
        [(name, user, value) for name, row in values.items() for user, value in row.items()],
        columns=["recommender", "user_id", "ndcg@10"],
    )


def test_users_fall_into_groups_that_double():
    values = {"a": {"none": 0.1, "one": 0.2, "three": 0.4, "four": 0.6, "many": 1.0}}
    lengths = pd.Series({"one": 1, "three": 3, "four": 4, "many": 500})
    slices = history_slices(user_metrics(values), lengths, "ndcg@10", np.random.default_rng(0))
    assert slices["history"].tolist() == ["0", "1", "3–4", "over 128"]
    assert slices["value"].tolist() == pytest.approx([0.1, 0.2, 0.5, 1.0])
    assert slices["users"].tolist() == [1, 1, 2, 1]


def test_users_without_the_metric_are_left_out():
    values = {"a": {"x": 0.5, "y": np.nan}, "b": {"x": 0.25, "y": np.nan}}
    slices = history_slices(
        user_metrics(values), pd.Series({"x": 1, "y": 1}), "ndcg@10", np.random.default_rng(0)
    )
    assert slices[["recommender", "users", "value"]].values.tolist() == [["a", 1, 0.5], ["b", 1, 0.25]]


def test_nobody_to_group():
    slices = history_slices(
        user_metrics({"a": {}}), pd.Series(dtype=float), "ndcg@10", np.random.default_rng(0)
    )
    assert slices.empty
    assert "history" in slices


# Three people, five items; the slice holds the first two people and the items 0, 1 and 4.
LISTS = np.array([[3, 0, 1], [2, -1, -1], [0, 4, 2]])
TARGETS = sp.csr_array(np.array([[1, 0, 0, 1, 1], [0, 0, 1, 0, 0], [1, 0, 0, 0, 1]]))
PART = Slice("items", "some", np.array([True, True, False]), np.array([1, 1, 0, 0, 1], bool))


class TestSliceMetrics:
    def test_only_targets_inside_count_and_all_items_compete(self):
        """The first person looks for 0 and 4 there, and finds 0 at rank 2, behind the other target 3."""
        found = slice_metrics(LISTS, TARGETS, PART, 3)
        ideal = 1 + 1 / np.log2(3)
        np.testing.assert_allclose(found["ndcg@3"], [1 / np.log2(3) / ideal, np.nan, np.nan])
        np.testing.assert_allclose(found["recall@3"], [1 / 2, np.nan, np.nan])
        np.testing.assert_allclose(found["hit_rate@3"], [1, np.nan, np.nan])

    def test_the_targets_inside(self):
        assert PART.inside(TARGETS).toarray().tolist() == [[1, 0, 0, 0, 1], [0] * 5, [0] * 5]

    def test_targets_stored_as_zero_are_none(self):
        stored = TARGETS.copy()
        stored.data[0] = 0
        assert PART.inside(stored).nnz == 1

    def test_a_slice_of_nobody_is_unknown_for_everybody(self):
        empty = Slice("users", "none", np.zeros(3, bool), np.ones(5, bool))
        assert all(np.isnan(values).all() for values in slice_metrics(LISTS, TARGETS, empty, 2).values())

    def test_everything_is_the_whole(self):
        whole = Slice("users", "all", np.ones(3, bool), np.ones(5, bool))
        expected = ranking_metrics(LISTS, TARGETS, [2])
        for name, values in slice_metrics(LISTS, TARGETS, whole, 2).items():
            np.testing.assert_array_equal(values, expected[name])

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 10_000))
    def test_agrees_with_a_loop_over_people(self, seed):
        generator = np.random.default_rng(seed)
        users, items, length, k = 12, 9, 6, 4
        lists = np.argsort(generator.random((users, items)), axis=1)[:, :length]
        # Short lists end in -1.
        lists[np.arange(length) >= generator.integers(0, length + 1, (users, 1))] = -1
        targets = generator.random((users, items)) < 0.3
        part = Slice("items", "drawn", generator.random(users) < 0.7, generator.random(items) < 0.5)
        found = slice_metrics(lists, sp.csr_array(targets.astype(np.float32)), part, k)
        for user in range(users):
            sought = {item for item in range(items) if targets[user, item] and part.items[item]}
            if not part.users[user] or not sought:
                assert all(np.isnan(values[user]) for values in found.values())
                continue
            gains = [1 / np.log2(place + 2) for place in range(k)]
            hits = [item in sought for item in lists[user, :k]]
            dcg = sum(gain for gain, hit in zip(gains, hits, strict=True) if hit)
            assert found["ndcg@4"][user] == pytest.approx(dcg / sum(gains[: len(sought)]))
            assert found["recall@4"][user] == pytest.approx(sum(hits) / len(sought))
            assert found["hit_rate@4"][user] == float(any(hits))
