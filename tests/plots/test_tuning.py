import pandas as pd
import pytest

from tesserec.plots import importance_figure, parallel_coordinate_figure

from .test_recommenders import drawn

TRIALS = pd.DataFrame(
    {
        "recommender": ["ease", "ease", "ease", "user_knn", "user_knn"],
        "study": ["ease-1"] * 3 + ["user_knn-1"] * 2,
        "trial": [0, 1, 2, 0, 1],
        "state": ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE", "COMPLETE"],
        "value": [0.25, 0.5, 0.125, 0.1, 0.2],
        "standard_error": 0.1,
        "gain_error": 0.1,
        "seconds": 1.0,
        "regularization": [1.0, 100.0, 7.0, None, None],
        # As CSV gives a column that holds a word.
        "half_life": ["2", "3.5", "9", "none", "10"],
    }
)


class TestParallelCoordinates:
    def test_each_recommender_has_its_own_options_and_its_quality(self):
        ease, user_knn = drawn(parallel_coordinate_figure(TRIALS, {("ease", "regularization")}))["data"]
        assert [axis["label"] for axis in ease["dimensions"]] == ["regularization", "half_life", "NDCG@10"]
        assert [axis["label"] for axis in user_knn["dimensions"]] == ["half_life", "NDCG@10"]
        assert ease["dimensions"][-1]["values"] == ease["line"]["color"] == [0.25, 0.5]

    def test_ratios_are_drawn_as_such_and_named_by_the_numbers(self):
        figure = parallel_coordinate_figure(TRIALS, {("ease", "regularization")})
        regularization, half_life, _ = drawn(figure)["data"][0]["dimensions"]
        assert regularization["values"] == [0, 2]
        assert regularization["ticktext"] == ["1", "3.16", "10", "31.6", "100"]
        assert half_life["values"] == [2, 3.5]

    def test_what_has_no_number_comes_last(self):
        figure = parallel_coordinate_figure(TRIALS, set())
        axis = drawn(figure)["data"][1]["dimensions"][0]
        assert (axis["ticktext"], axis["values"]) == (["10", "none"], [1, 0])

    def test_the_menu_shows_one_recommender_at_a_time(self):
        figure = drawn(parallel_coordinate_figure(TRIALS, set()))
        assert [trace["visible"] for trace in figure["data"]] == [True, False]
        buttons = figure["layout"]["updatemenus"][0]["buttons"]
        assert [button["label"] for button in buttons] == ["EASE", "User kNN"]
        assert [button["args"][0]["visible"] for button in buttons] == [[True, False], [False, True]]

    @pytest.mark.parametrize("trials", [TRIALS[:0], TRIALS[TRIALS["state"] == "PRUNED"]])
    def test_without_a_finished_trial_it_says_so(self, trials):
        (note,) = drawn(parallel_coordinate_figure(trials, set()))["layout"]["annotations"]
        assert note["text"] == "No trial was finished."


class TestImportances:
    def test_bars_are_grouped_by_recommender(self):
        rows = [("ease", "half_life", 0.25), ("ease", "regularization", 0.75), ("als", "alpha", 1.0)]
        table = pd.DataFrame(rows, columns=["recommender", "option", "importance"])
        (bars,) = drawn(importance_figure(table))["data"]
        assert bars["y"] == [["EASE", "EASE", "ALS"], ["half_life", "regularization", "alpha"]]
        assert bars["x"] == [0.25, 0.75, 1]

    def test_without_any_it_says_so(self):
        empty = pd.DataFrame(columns=["recommender", "option", "importance"])
        assert "Too few" in drawn(importance_figure(empty))["layout"]["annotations"][0]["text"]
