import json

import pandas as pd
import pytest

from tesserec.plots import calibration_figure, roc_figure
from tesserec.plots.style import ACCENT

NAN = float("nan")
CURVES = pd.DataFrame(
    [
        ("pair_predictor", "calibration", 0.1, 0.2, 0.1, 0.25, 1000, NAN),
        ("pair_predictor", "calibration", 0.6, 0.5, 0.4, 0.8, 1001, NAN),
        ("base_rate", "calibration", 0.3, 0.3, 0.2, 0.4, 2001, NAN),
        ("pair_predictor", "roc", 0.0, 0.0, NAN, NAN, NAN, float("inf")),
        ("pair_predictor", "roc", 0.2, 0.7, NAN, NAN, NAN, 0.6),
        ("pair_predictor", "roc", 1.0, 1.0, NAN, NAN, NAN, 0.1),
        ("base_rate", "roc", 0.0, 0.0, NAN, NAN, NAN, float("inf")),
        ("base_rate", "roc", 1.0, 1.0, NAN, NAN, NAN, 0.3),
    ],
    columns=["predictor", "curve", "x", "y", "low", "high", "pairs", "threshold"],
)
AREAS = {"pair_predictor": 0.75, "base_rate": 0.5}


def drawn(figure):
    text = figure.to_json()
    assert "NaN" not in text
    assert "bdata" not in text
    return json.loads(text)


class TestCalibration:
    def test_bins_have_intervals_and_counts_beside_the_diagonal(self):
        figure = drawn(calibration_figure(CURVES, "pair_predictor"))
        diagonal, bins = figure["data"]
        assert diagonal["x"] == diagonal["y"]
        assert (bins["x"], bins["y"], bins["text"]) == ([0.1, 0.6], [0.2, 0.5], ["1,000", "1,001"])
        assert bins["name"] == "2 groups by probability, of 1,000 to 1,001 pairs each"
        assert bins["error_y"]["array"] == pytest.approx([0.05, 0.3])
        assert bins["error_y"]["arrayminus"] == pytest.approx([0.1, 0.1])
        assert figure["layout"]["xaxis"]["range"] == figure["layout"]["yaxis"]["range"]
        assert figure["layout"]["yaxis"]["range"][1] > 0.8  # the highest interval is inside

    def test_no_pairs(self):
        figure = drawn(calibration_figure(CURVES[:0], "pair_predictor"))
        assert figure["data"] == []
        assert "no pair" in figure["layout"]["annotations"][0]["text"]


class TestRoc:
    def test_areas_stand_in_the_legend_and_the_predictor_is_highlighted(self):
        coin, first, second = drawn(roc_figure(CURVES, AREAS, "pair_predictor"))["data"]
        assert coin["y"] == [0, 1]
        assert first["name"] == "Pair predictor (AUC 0.750)"
        assert second["name"] == "Base rate (AUC 0.500)"
        assert (first["x"], first["y"]) == ([0, 0.2, 1], [0, 0.7, 1])
        assert first["line"]["color"] == ACCENT != second["line"]["color"]

    @pytest.mark.parametrize(
        ("curves", "reason"), [(CURVES[:0], "no pair"), (CURVES[:3], "all were liked, or none")]
    )
    def test_it_says_why_there_is_none(self, curves, reason):
        figure = drawn(roc_figure(curves, {}, "pair_predictor"))
        assert figure["data"] == []
        assert reason in figure["layout"]["annotations"][0]["text"]
