import numpy as np
import pandas as pd
import pytest

from tesserec.metrics.slices import history_slices


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
