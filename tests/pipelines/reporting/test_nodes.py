import json

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.metrics import holm
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

    def test_the_best_single_one_comes_first_and_variants_last(self):
        noise = np.random.default_rng(1).normal(scale=0.01, size=50)
        table = user_metrics(
            poor=0.1 + noise,
            good=0.3 - noise,
            **{"fusion, diverse": 0.4 + noise, "fusion, fair": 0.3 + noise},
            fusion=0.4 + 0 * noise,
        )
        differences = nodes.measure_differences(table, OPTIONS)
        assert differences["recommender"].tolist() == ["good", "poor", "fusion, diverse", "fusion, fair"]

    def test_p_values_are_corrected_for_their_number_and_variants_among_themselves(self):
        generator = np.random.default_rng(2)
        drawn = {f"r{number}": generator.normal(-0.02 * number, size=400) for number in range(12)}
        named = drawn | {"fusion, diverse": drawn["r5"], "fusion": np.zeros(400)}
        differences = nodes.measure_differences(user_metrics(**named), OPTIONS).set_index("recommender")
        singles, variant = differences.loc[list(drawn)], differences.loc["fusion, diverse"]
        np.testing.assert_allclose(singles["p_holm"], holm(singles["p_value"].to_numpy()))
        assert (singles["p_value"] <= 0.05).sum() > (singles["p_holm"] <= 0.05).sum() > 0
        assert variant["p_holm"] == variant["p_value"] == singles.loc["r5", "p_value"]

    def test_many_comparisons_leave_a_clear_difference_clear(self):
        """With too few sign flips no p-value would survive the correction."""
        better = np.random.default_rng(3).normal(1, size=100)
        table = user_metrics(**{f"r{number}": 0 * better for number in range(60)}, fusion=better)
        assert nodes.measure_differences(table, OPTIONS)["p_holm"].max() < 0.001

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


class TestSlices:
    COMPARISON = pd.DataFrame(
        [("fusion", 0.6), ("fusion, diverse", 0.5), ("ease", 0.4), ("als", 0.3), ("popularity", 0.1)],
        columns=["recommender", "value"],
    ).assign(metric="ndcg@10")

    def drawn(self, **changed) -> tuple[list[str], str]:
        """Who is drawn, and the title."""
        slices = self.COMPARISON.assign(slicing="users", slice="new", users=9, targets=9, low=0.0, high=1.0)
        options = OPTIONS.model_copy(update=changed)
        comparison = self.COMPARISON.assign(metric=options.metric)
        figure = nodes.draw_slices(slices, comparison, options)
        return [trace.name for trace in figure.data], figure.layout.title.text

    def test_the_fusion_the_best_single_one_and_the_baseline_are_drawn(self):
        names, title = self.drawn()
        assert names == ["Fusion", "EASE", "Popularity"]
        assert "NDCG@10" in title

    def test_a_deciding_metric_that_slices_lack_still_decides_who_is_drawn(self):
        names, title = self.drawn(metric="map@20")
        assert names == ["Fusion", "EASE", "Popularity"]
        assert "NDCG@10" in title


def test_the_recommenders_that_read_text_are_among_those_that_are_run():
    run, text = options("model_training").recommenders, options("reporting").text_recommenders
    assert set(text) <= set(run)
    own_blocks = {"text", "lexical", "reviews", "review_words", "fused"}
    reads = {
        name for name, given in run.items() if own_blocks & {given.get("block"), *given.get("blocks", [])}
    }
    assert reads <= set(text)
