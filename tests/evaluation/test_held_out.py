import numpy as np
import pandas as pd
import pytest

from tesserec.evaluation.held_out import hold_out
from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import TrainingData, build_profiles
from tesserec.splits import history

ITEMS = np.array(["a", "b", "c", "d", "e"], dtype=object)
USERS = FeatureBlocks(np.array(["ann", "bob", "eve", "zoe"], dtype=object), {}, {})


def split(*rows: tuple) -> pd.DataFrame:
    """Events of (user, item, value, split) in order of time."""
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "value", "split"])
    weight = (table["value"] > 0).astype(float)
    return table.assign(event="rating", weight=weight, timestamp=np.arange(len(table), dtype=float))


LOG = split(
    ("ann", "a", 5, "train"),
    ("ann", "b", 5, "valid"),
    ("ann", "c", 5, "test"),
    ("bob", "a", 5, "train"),
    ("bob", "d", 1, "valid"),
    ("eve", "b", 5, "train"),
    ("eve", "b", 5, "valid"),
    ("eve", "e", 2, "test"),
    ("zoe", "d", 4, "test"),
)


def task(log=LOG, stage="testing", method="leave_last_out", threshold=None, candidates=()):
    data = TrainingData(build_profiles(history(log, stage), ITEMS, USERS), FeatureBlocks(ITEMS, {}, {}))
    protocol = {"relevance": {"threshold": threshold}, "split": {"method": method}}
    return hold_out(data, log, candidates, protocol, stage)


def found(held_out) -> dict[str, list[str]]:
    rows = held_out.targets.toarray()
    return {user: ITEMS[row > 0].tolist() for user, row in zip(held_out.profiles.user_ids, rows, strict=True)}


def test_targets_of_each_stage():
    assert found(task(stage="tuning")) == {"ann": ["b"], "bob": ["d"]}
    assert found(task(stage="testing")) == {"ann": ["c"], "eve": ["e"], "zoe": ["d"]}


def test_histories_are_those_of_the_stage_and_never_hold_a_target():
    held_out = task()
    seen = held_out.profiles.seen().toarray()
    assert seen.tolist() == [[1, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]]
    assert not held_out.targets.multiply(held_out.profiles.seen()).sum()


def test_people_whose_targets_are_all_irrelevant_are_left_out():
    assert found(task(threshold=4.0)) == {"ann": ["c"], "zoe": ["d"]}
    assert found(task(stage="tuning", threshold=2.0)) == {"ann": ["b"]}


def test_nobody_with_a_relevant_target():
    held_out = task(threshold=6.0)
    assert len(held_out.profiles) == 0
    assert held_out.targets.shape == (0, 5)


def test_all_items_compete_whatever_serving_will_recommend():
    assert ITEMS[task(candidates=["a"]).candidates].tolist() == ITEMS.tolist()


@pytest.mark.parametrize(("stage", "competing"), [("testing", ["d", "e"]), ("tuning", ["c"])])
def test_new_items_compete_among_themselves(stage, competing):
    log = split(
        ("ann", "a", 5, "train"),
        ("ann", "c", 5, "valid"),
        ("bob", "b", 5, "train"),
        ("bob", "d", 5, "test"),
        ("eve", "e", 5, "test"),
    )
    assert ITEMS[task(log, stage, method="cold_items").candidates].tolist() == competing


def test_take():
    held_out = task()
    part = held_out.take(np.array([2, 0]))
    assert found(part) == {"zoe": ["d"], "ann": ["c"]}
