import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.protocol import describe_protocol, relevance_threshold, relevant_targets

OPTIONS = {"method": "auto", "test_ratio": 0.1, "valid_ratio": 0.1, "folds": 5, "fold": 0, "seed": 7}


def table() -> pd.DataFrame:
    return pd.DataFrame({
        "user_id": ["u", "u", "u", "v", "v"], "item_id": ["a", "b", "c", "a", "b"],
        "event": ["view", "rating", "rating", "view", "rating"], "value": [np.nan, 4.0, 5.0, np.nan, 2.0],
        "timestamp": [1.0, 2.0, 3.0, 1.0, 2.0], "weight": [0.2, 1.0, 1.0, 0.2, 0.0],
        "split": ["train", "valid", "test", "train", "test"],
    })  # fmt: skip


def describe(interactions: pd.DataFrame, **changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "candidates": [],
        "method": "random_ratio",
        "options": OPTIONS,
        "relevance": "auto",
    }
    return describe_protocol(interactions, **{**arguments, **changes})


def test_what_a_reader_needs_is_there_as_json() -> None:
    protocol = describe(table())
    assert json.loads(json.dumps(protocol)) == protocol
    assert protocol["split"] == {
        "requested": "auto", "method": "random_ratio", "test_ratio": 0.1, "valid_ratio": 0.1, "seed": 7
    }  # fmt: skip
    assert protocol["counts"] == {
        "users": 2, "items": 3, "events": 5, "events_by_split": {"train": 2, "valid": 1, "test": 2},
        "targets": {"valid": {"pairs": 1, "users": 1}, "test": {"pairs": 2, "users": 2}},
    }  # fmt: skip
    assert protocol["relevance"]["rule"] == "Every target is relevant."
    rule = "All items are ranked in tuning and testing, all items in serving."
    assert protocol["candidates"] == {"rule": rule, "listed": 0}


def test_candidates_of_cold_items_are_counted() -> None:
    cold = describe(table(), method="cold_items", candidates=["c", "c", "new"])["candidates"]
    assert (cold["listed"], cold["tuning"], cold["testing"]) == (2, 1, 2)


@pytest.mark.parametrize("column", ["user_id", "item_id", "event", "value", "timestamp"])
def test_data_hash_minds_every_column(column: str) -> None:
    changed = table()
    changed.loc[2, column] = "other" if changed[column].dtype.kind not in "f" else 9.0
    assert describe(changed)["data_hash"] != describe(table())["data_hash"]


def test_hashes_ignore_row_order_index_and_dtypes() -> None:
    protocol = describe(table())
    shuffled = table().sample(frac=1, random_state=0).astype({"user_id": object, "event": "category"})
    assert describe(shuffled)["data_hash"] == protocol["data_hash"]
    assert describe(shuffled)["protocol_hash"] == protocol["protocol_hash"]


def test_data_hash_is_pinned() -> None:
    assert describe(table())["data_hash"] == "6742f786078ed48287c4efb98dddb29d"


@pytest.mark.parametrize(
    "changes",
    [{"relevance": 4}, {"candidates": ["a"]}, {"method": "k_fold"}],
    ids=["relevance", "candidates", "method"],
)
def test_results_under_other_rules_are_not_comparable(changes: dict[str, Any]) -> None:
    assert describe(table(), **changes)["protocol_hash"] != describe(table())["protocol_hash"]
    assert describe(table(), **changes)["data_hash"] == describe(table())["data_hash"]


def test_another_assignment_is_another_protocol() -> None:
    other = table().assign(split=["train", "test", "valid", "train", "test"])
    assert describe(other)["protocol_hash"] != describe(table())["protocol_hash"]


def test_asking_for_auto_or_for_its_method_is_comparable() -> None:
    asked = describe(table(), options={**OPTIONS, "method": "random_ratio", "folds": 9})
    assert asked["protocol_hash"] == describe(table())["protocol_hash"]


@pytest.mark.parametrize(
    ("values", "rule", "threshold", "relevant"),
    [
        ([0.0, 1.0, np.nan], "auto", 1.0, [1.0, np.nan]),
        ([0.0, 1.0, 2.0], "auto", None, [0.0, 1.0, 2.0]),
        ([np.nan, np.nan], "auto", None, [np.nan, np.nan]),
        ([], "auto", None, []),
        ([3.0, 4.0, 4.5, np.nan], 4, 4.0, [4.0, 4.5, np.nan]),
        ([0.5, 1.0], 0.75, 0.75, [1.0]),
    ],
)
def test_relevance(values: list[float], rule: Any, threshold: float | None, relevant: list[float]) -> None:
    targets = pd.DataFrame({"value": np.array(values, dtype=float)})
    assert relevance_threshold(targets, rule) == threshold
    for same in (rule, threshold):
        kept = relevant_targets(targets, same)["value"]
        np.testing.assert_array_equal(kept, relevant)
        assert kept.index.tolist() == list(range(len(relevant)))


def test_unknown_relevance_rule() -> None:
    with pytest.raises(ConfigError, match="no relevance rule 'liked'"):
        describe(table(), relevance="liked")
