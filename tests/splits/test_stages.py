import numpy as np
import pandas as pd
import pytest

from tesserec.splits import candidate_items, history, targets

COLUMNS = ["user_id", "item_id", "event", "value", "timestamp", "weight", "split"]


def divided(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": "float64", "timestamp": "float64"})


TABLE = divided(
    ("u", "a", "view", None, 1, 0.2, "train"),
    ("u", "b", "view", None, 2, 0.2, "valid"),
    ("u", "b", "rating", 4, 3, 1.0, "valid"),
    ("u", "a", "rating", 1, 4, 0.0, "valid"),
    ("u", "c", "rating", 5, 5, 1.0, "test"),
    ("u", "c", "rating", 2, 6, 0.0, "test"),
    ("u", "b", "view", None, 7, 0.2, "test"),
    ("v", "c", "view", None, 5, 0.2, "test"),
    ("v", "c", "purchase", None, 6, 1.0, "test"),
    ("v", "c", "view", None, 7, 0.2, "test"),
)


@pytest.mark.parametrize(("stage", "count"), [("tuning", 1), ("testing", 4), ("serving", 10)])
def test_history_grows(stage: str, count: int) -> None:
    pd.testing.assert_frame_equal(history(TABLE, stage), TABLE[:count])


def test_history_of_a_selection_has_a_fresh_index() -> None:
    assert history(TABLE[3:], "testing").index.tolist() == [0]


def test_targets_are_new_pairs_with_what_was_said_last() -> None:
    tuning = targets(TABLE, "tuning")
    assert tuning.columns.tolist() == ["user_id", "item_id", "value", "weight"]
    assert tuning.to_numpy().tolist() == [["u", "b", 4.0, 1.0]]
    testing = targets(TABLE, "testing")
    assert testing[["user_id", "item_id", "weight"]].to_numpy().tolist() == [["u", "c", 0.0], ["v", "c", 1.0]]
    assert testing["value"].tolist()[0] == 2.0
    assert np.isnan(testing["value"].tolist()[1])


def test_serving_has_no_targets() -> None:
    assert targets(TABLE, "serving").empty
    assert targets(TABLE, "serving").columns.tolist() == ["user_id", "item_id", "value", "weight"]


def test_candidates_of_each_stage() -> None:
    items = ["d", "c", "b", "a"]
    assert candidate_items(TABLE, items, ["d", "a"], "serving", "cold_items") == ["d", "a"]
    assert candidate_items(TABLE, items, [], "serving", "cold_items") == items
    assert candidate_items(TABLE, items, ["d"], "testing", "leave_last_out") == items
    cold = TABLE[TABLE["item_id"].eq("c") | TABLE["split"].eq("train")]
    assert candidate_items(cold, items, ["d"], "testing", "cold_items") == ["c"]
    assert candidate_items(cold, items, ["d"], "tuning", "cold_items") == []
