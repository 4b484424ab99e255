import json

import pandas as pd
import pytest

from tesserec.plots import comparison_figure, cutoff_figure, history_figure, weights_figure
from tesserec.plots.style import ACCENT

NAN = float("nan")
COMPARISON = pd.DataFrame(
    [
        ("popularity", "ndcg@5", 0.1, 0.05, 0.2),
        ("popularity", "ndcg@10", 0.2, 0.15, 0.3),
        ("popularity", "recall@5", 0.3, 0.2, 0.4),
        ("fusion", "ndcg@5", 0.5, 0.4, 0.6),
        ("fusion", "ndcg@10", 0.6, 0.5, 0.7),
        ("fusion", "coverage@10", 0.9, NAN, NAN),
        ("broken", "ndcg@10", NAN, NAN, NAN),
    ],
    columns=["recommender", "metric", "value", "low", "high"],
)


def drawn(figure):
    """What a browser gets: plain JSON, which has neither NaN nor packed arrays."""
    text = figure.to_json()
    assert "NaN" not in text
    assert "bdata" not in text
    return json.loads(text)


def by_name(figure):
    return {trace["name"]: trace for trace in drawn(figure)["data"]}


class TestComparison:
    def test_points_have_their_intervals_and_the_best_is_on_top(self):
        figure = drawn(comparison_figure(COMPARISON, "ndcg@10"))
        muted, accent = figure["data"]
        assert (muted["x"], muted["y"]) == ([0.2], ["Popularity"])
        assert muted["error_x"]["array"] == pytest.approx([0.1])
        assert muted["error_x"]["arrayminus"] == pytest.approx([0.05])
        assert accent["y"] == ["Fusion"]
        assert accent["marker"]["color"] == ACCENT
        assert figure["layout"]["yaxis"]["categoryarray"] == ["Popularity", "Fusion"]

    def test_a_metric_without_intervals(self):
        (trace,) = drawn(comparison_figure(COMPARISON, "coverage@10"))["data"]
        assert trace["x"] == [0.9]
        assert trace["error_x"]["array"] == [None]

    def test_a_metric_that_nobody_has(self):
        figure = drawn(comparison_figure(COMPARISON, "map@3"))
        assert figure["data"] == []
        assert figure["layout"]["annotations"][0]["text"] == "No recommender has a value of MAP@3."


class TestCutoffs:
    def test_one_line_per_recommender_over_k(self):
        lines = [trace for trace in drawn(cutoff_figure(COMPARISON, ["ndcg"]))["data"]]
        assert [line["name"] for line in lines] == ["Fusion", "Popularity"]
        assert (lines[0]["x"], lines[0]["y"]) == ([5, 10], [0.5, 0.6])

    def test_panels_share_the_legend(self):
        traces = drawn(cutoff_figure(COMPARISON))["data"]
        assert [trace["showlegend"] for trace in traces] == [True, True, False, False]
        assert traces[0]["legendgroup"] == traces[2]["legendgroup"]

    def test_only_the_best_and_the_baseline_are_drawn(self):
        values = {"fusion, diverse": 0.5, "a": 0.4, "b": 0.3, "c": 0.2, "popularity": 0.1, "fusion": 0.35}
        comparison = pd.DataFrame(
            [(name, "ndcg@5", value) for name, value in values.items()],
            columns=["recommender", "metric", "value"],
        )
        lines = drawn(cutoff_figure(comparison, ["ndcg"], shown=4))["data"]
        assert [line["name"] for line in lines] == ["Fusion", "A", "B", "Popularity"]

    def test_nothing_measured(self):
        assert drawn(cutoff_figure(COMPARISON[:0]))["data"] == []


class TestWeights:
    def test_both_groups_of_people_stand_beside_each_other(self):
        weights = pd.DataFrame(
            {"recommender": ["a", "b"], "weight": [0.7, 0.3], "weight_without_history": [0.0, 1.0]}
        )
        known, new = drawn(weights_figure(weights))["data"]
        assert dict(zip(known["y"], known["x"], strict=True)) == {"A": 0.7, "B": 0.3}
        assert dict(zip(new["y"], new["x"], strict=True)) == {"A": 0.0, "B": 1.0}

    def test_nothing_fused(self):
        columns = ["recommender", "weight", "weight_without_history"]
        assert drawn(weights_figure(pd.DataFrame(columns=columns)))["data"] == []


class TestHistory:
    def slices(self, **values):
        rows = [
            (name, group, users, value, value - 0.1, value + 0.1)
            for name, value in values.items()
            for group, users in (("1", 10), ("2", 2000))
        ]
        return pd.DataFrame(rows, columns=["recommender", "history", "users", "value", "low", "high"])

    def test_the_fusion_and_the_best_others_are_drawn_with_counts(self):
        values = {"a": 0.2, "b": 0.4, "fusion": 0.3, "fusion, diverse": 0.5}
        figure = history_figure(self.slices(**values), "ndcg@10", shown=2)
        lines = by_name(figure)
        assert list(lines) == ["Fusion", "B"]
        assert lines["B"]["x"] == ["1<br>10 users", "2<br>2,000 users"]
        assert lines["B"]["error_y"]["array"] == pytest.approx([0.1, 0.1])

    def test_without_a_fusion_the_best_are_drawn(self):
        assert list(by_name(history_figure(self.slices(a=0.2, b=0.4), "ndcg@10"))) == ["B", "A"]

    def test_nobody_evaluated(self):
        assert drawn(history_figure(self.slices(), "ndcg@10"))["data"] == []
