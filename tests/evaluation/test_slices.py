import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from tesserec.evaluation import compare_slices, find_slices
from tesserec.evaluation.groups import Groups
from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics import bootstrap_interval

from ..recommenders.planted import people


def task(histories: list[list[int]], targets: np.ndarray) -> HeldOut:
    items = targets.shape[1]
    return HeldOut(people(histories, items), sp.csr_array(targets.astype(np.float32)), np.arange(items))


def groups(**members: list[list[int]]) -> dict[str, Groups]:
    """Groups by slicing, of names a, b, ... with a row of 0 and 1 per item."""
    return {
        slicing: Groups(np.array(list("abcdefghijkl")[: len(rows[0])]), sp.csr_array(np.array(rows, float)))
        for slicing, rows in members.items()
    }


def of_items(holders: list[int]) -> dict[str, list[int]]:
    whole = task([[]], np.ones((1, len(holders))))
    slices = find_slices(whole, np.array(holders), {})
    return {part.name: np.flatnonzero(part.items).tolist() for part in slices if part.slicing == "items"}


def of_users(lengths: list[int]) -> dict[str, list[int]]:
    histories = [list(range(length)) for length in lengths]
    whole = task(histories, np.ones((len(lengths), 10)))
    slices = find_slices(whole, np.ones(10), {})
    return {part.name: np.flatnonzero(part.users).tolist() for part in slices if part.slicing == "users"}


class TestItems:
    def test_the_most_popular_hold_four_fifths_of_the_events(self):
        # 50 + 30 of 100 events are four fifths.
        assert of_items([5, 50, 15, 0, 30]) == {"warm": [1, 4], "tail": [0, 2], "cold": [3]}

    def test_as_popular_as_the_last_warm_item_is_warm(self):
        assert of_items([4, 3, 1, 1, 1]) == {"warm": [0, 1, 2, 3, 4], "tail": [], "cold": []}
        assert of_items([4, 4, 1, 1]) == {"warm": [0, 1], "tail": [2, 3], "cold": []}

    def test_nobody_has_anything(self):
        assert of_items([0, 0]) == {"warm": [], "tail": [], "cold": [0, 1]}


class TestUsers:
    def test_the_median_history_parts_light_from_heavy(self):
        assert of_users([0, 2, 3, 9, 0, 4]) == {"new": [0, 4], "light": [1, 2], "heavy": [3, 5]}

    def test_the_median_itself_is_light(self):
        assert of_users([1, 2, 2, 5]) == {"new": [], "light": [0, 1, 2], "heavy": [3]}

    def test_everybody_is_new(self):
        assert of_users([0, 0]) == {"new": [0, 1], "light": [], "heavy": []}

    def test_a_dislike_is_a_history(self):
        whole = task([[], []], np.ones((2, 3)))
        disliked = people([[0], []], 3, weights=[[0.0], []])
        slices = find_slices(HeldOut(disliked, whole.targets, whole.candidates), np.ones(3), {})
        assert [part.users.tolist() for part in slices if part.name == "new"] == [[False, True]]


class TestGroups:
    def test_the_groups_with_most_targets_come_first_and_empty_ones_are_left_out(self):
        members = [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
        targets = np.array([[1, 1, 1, 0, 1], [0, 1, 0, 0, 0]])
        slices = find_slices(task([[], []], targets), np.ones(5), groups(language=members))
        found = [(part.name, np.flatnonzero(part.items).tolist()) for part in slices[6:]]
        # Item 3, that nobody looks for, is in no group that is listed.
        assert found == [("b", [1, 2]), ("a", [0]), ("all others", [3, 4])]
        assert {part.slicing for part in slices[6:]} == {"language"}

    def test_all_but_eight_groups_are_put_together(self):
        slices = find_slices(task([[]], np.ones((1, 11))), np.ones(11), groups(category=np.eye(11).tolist()))
        names = [part.name for part in slices if part.slicing == "category"]
        assert names == [*"abcdefgh", "all others"]
        assert np.flatnonzero(slices[-1].items).tolist() == [8, 9, 10]

    def test_a_target_of_two_groups_counts_in_both(self):
        slices = find_slices(task([[]], np.ones((1, 2))), np.ones(2), groups(category=[[1, 1], [1, 0]]))
        found = {part.name: part.items.tolist() for part in slices if part.slicing == "category"}
        assert found == {"a": [True, True], "b": [True, False]}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_slices_part_all_targets(seed):
    generator = np.random.default_rng(seed)
    targets = generator.random((15, 12)) < 0.3
    histories = [generator.permutation(12)[: generator.integers(0, 6)].tolist() for _ in range(15)]
    language = np.eye(3)[generator.integers(0, 3, 12)] * (generator.random((12, 1)) < 0.8)
    whole = task(histories, targets)
    slices = find_slices(whole, generator.integers(0, 5, 12), groups(language=language.tolist()))
    for slicing in ("items", "users", "language"):
        parts = [part.inside(whole.targets) for part in slices if part.slicing == slicing]
        assert sum(part.nnz for part in parts) == targets.sum()
        np.testing.assert_array_equal(sum(part.toarray() for part in parts), targets.astype(float))


# Item 0 is warm, 1 is tail, 2 is cold; the first person is new.
SOUGHT = np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0]])
HISTORIES = [[], [0], [0]]
LISTS = {"b": np.array([[0, 2], [1, 0], [2, 1]]), "a": np.array([[1, 0], [-1, -1], [0, -1]])}


class TestCompare:
    def table(self, **changed):
        whole = task(HISTORIES, SOUGHT)
        slices = find_slices(whole, np.array([9, 1, 0]), {})
        given = {"lists": LISTS, "targets": whole.targets, "slices": slices, "k": 2, "seed": 0}
        return compare_slices(**(given | changed))

    def rows(self, metric: str, slicing: str):
        table = self.table()
        found = table[(table["metric"] == metric) & (table["slicing"] == slicing)]
        return found.set_index(["recommender", "slice"])

    def test_columns_and_order(self):
        table = self.table()
        columns = ["recommender", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"]
        assert table.columns.tolist() == columns
        assert table["recommender"].drop_duplicates().tolist() == ["a", "b"]
        assert set(table["metric"]) == {"ndcg@2", "hit_rate@2", "recall@2"}
        assert len(table) == 6 * 2 * 3

    def test_items_by_hand(self):
        found = self.rows("ndcg@2", "items")
        second = 1 / np.log2(3)
        assert found.loc[("a", "warm"), "value"] == pytest.approx((second + 1) / 2)
        assert found.loc[("a", "tail"), "value"] == pytest.approx((1 + 0) / 2)
        assert found.loc[("b", "warm"), "value"] == pytest.approx((1 + 0) / 2)
        assert found.loc[("b", "tail"), "value"] == pytest.approx((0 + 1) / 2)
        assert found["users"].tolist() == [2, 2, 2, 2, 0, 0]
        assert found.loc[("a", "warm"), "targets"] == found.loc[("a", "tail"), "targets"] == 2

    def test_people_by_hand(self):
        found = self.rows("recall@2", "users")
        assert found.loc[("b", "new"), "value"] == pytest.approx(1 / 2)
        assert found.loc[("b", "light"), "value"] == pytest.approx(1 / 2)
        assert (found.loc[("b", "new"), "targets"], found.loc[("b", "light"), "targets"]) == (2, 2)
        assert (found.loc[("b", "new"), "users"], found.loc[("b", "light"), "users"]) == (1, 2)

    def test_an_empty_slice_keeps_its_row_without_a_value(self):
        cold = self.rows("hit_rate@2", "items").loc[("a", "cold")]
        assert (cold["users"], cold["targets"]) == (0, 0)
        assert cold[["value", "low", "high"]].isna().all()

    def test_intervals_are_those_of_the_people_in_the_slice(self):
        row = self.rows("ndcg@2", "items").loc[("a", "tail")]
        interval = bootstrap_interval(np.array([1.0, 0.0]), np.random.default_rng(0))
        assert (row["low"], row["high"]) == (interval.low, interval.high)

    def test_longer_lists_count_to_k(self):
        longer = {name: np.column_stack([lists, [2, 2, -1]]) for name, lists in LISTS.items()}
        longer["b"][:, 2] = [1, 2, 0]
        expected = self.table()
        assert self.table(lists=longer).equals(expected)
