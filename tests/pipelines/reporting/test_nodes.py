import json

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.pipelines.reporting import nodes
from tesserec.pipelines.reporting.options import ReportingOptions

from ..market import options

OPTIONS = ReportingOptions(
    title="A title",
    metric="ndcg@10",
    baseline="popularity",
    text_recommenders=("text_kernel",),
    rounds=200,
    seed=0,
    people=2,
    history=3,
    suggestions=2,
    excerpt=400,
    word_pairs=5,
    private=False,
    data_dir="in",
    output_dir="out",
)


def user_metrics(**values):
    rows = [(name, f"u{user}", value) for name, row in values.items() for user, value in enumerate(row)]
    return pd.DataFrame(rows, columns=["recommender", "user_id", "ndcg@10"])


class TestMetrics:
    def test_they_are_json_without_nan(self):
        comparison = pd.DataFrame(
            [("fusion", "ndcg@10", 0.5, 0.4, 0.6, 9), ("fusion", "coverage@10", 0.25, np.nan, np.nan, 9)],
            columns=["recommender", "metric", "value", "low", "high", "users"],
        )
        rated = {"rmse": {"value": 1.0, "low": 0.9, "high": 1.1}}
        pairs = {"predictors": {"item_mean": {"all": rated, "new_items": {}}}}
        metrics = nodes.summarise_metrics(
            comparison, pairs, {"protocol_hash": "p", "data_hash": "d", "more": 1}
        )
        assert json.loads(json.dumps(metrics, allow_nan=False)) == {
            "protocol_hash": "p",
            "data_hash": "d",
            "recommenders": {
                "fusion": {
                    "ndcg@10": {"value": 0.5, "low": 0.4, "high": 0.6},
                    "coverage@10": {"value": 0.25, "low": None, "high": None},
                }
            },
            "pairs": {"item_mean": rated},
        }


class TestDifferences:
    def test_the_fusion_is_compared_user_by_user(self):
        table = user_metrics(a=[0.0, 0.4, np.nan], fusion=[0.5, 0.8, np.nan])
        (row,) = nodes.measure_differences(table.sample(frac=1, random_state=1), OPTIONS).itertuples()
        assert row.recommender == "a"
        assert row.value == pytest.approx(0.45)
        assert row.low <= row.value <= row.high

    def test_there_is_nothing_to_compare_without_a_fusion(self):
        assert nodes.measure_differences(user_metrics(a=[0.1]), OPTIONS).empty
        assert nodes.measure_differences(user_metrics(), OPTIONS).empty

    def test_a_metric_that_was_not_measured_is_named_with_the_choice(self):
        options = OPTIONS.model_copy(update={"metric": "ndcg@7"})
        with pytest.raises(ConfigError, match="'ndcg@7', which was not measured; choose one of ndcg@10"):
            nodes.measure_differences(user_metrics(a=[0.1]), options)


def test_history_is_what_the_tested_models_knew():
    events = pd.DataFrame(
        [
            ("u0", "a", "train"),
            ("u0", "a", "valid"),
            ("u0", "b", "test"),
            ("u1", "a", "train"),
            ("u1", "c", "valid"),
        ],
        columns=["user_id", "item_id", "split"],
    )
    figure = nodes.draw_history(user_metrics(fusion=[1.0, 0.5]), events, OPTIONS)
    assert list(figure.data[0].x) == ["1<br>1 users", "2<br>1 users"]
    assert list(figure.data[0].y) == [1.0, 0.5]


def test_the_recommenders_that_read_text_are_among_those_that_are_run():
    run, text = options("model_training").recommenders, options("reporting").text_recommenders
    assert set(text) <= set(run)
    own_blocks = {"text", "lexical", "reviews", "review_words", "fused"}
    reads = {
        name for name, given in run.items() if own_blocks & {given.get("block"), *given.get("blocks", [])}
    }
    assert reads <= set(text)
