import numpy as np
import pandas as pd
import pytest

from tesserec.ratings import RatingScale, baseline_predictions, share_of_likes

ITEMS = np.array(["i0", "i1", "i2"])
STARS = RatingScale(None, 1.0, 5.0, 3.6)
CLICKS = RatingScale(None, np.nan, np.nan, np.nan)
KNOWN = pd.DataFrame(
    [("a", "i0", 5.0), ("b", "i0", 4.0), ("a", "i1", 1.0), ("b", "i1", 2.0)],
    columns=["user_id", "item_id", "value"],
)
PAIRS = pd.DataFrame({"user_id": ["a", "b", "new", "a"], "item_id": ["i0", "i1", "i0", "new"]})


class TestRatings:
    def test_the_global_mean_tells_no_two_pairs_apart(self):
        table = baseline_predictions(KNOWN, PAIRS, ITEMS, STARS, 0.5)["global_mean"]
        assert set(table["rating"]) == {3.0}
        assert set(table["like_probability"]) == {0.5}

    def test_the_item_mean_is_shrunk_by_five_ratings_and_knows_no_user(self):
        table = baseline_predictions(KNOWN, PAIRS, ITEMS, STARS, 0.5)["item_mean"]
        high, low = 3 + 2 * 1.5 / 7, 3 - 2 * 1.5 / 7
        assert table["rating"].tolist() == pytest.approx([high, low, high, 3.0])
        share = 2 * 0.5 / 7
        assert table["like_probability"].tolist() == pytest.approx(
            [0.5 + share, 0.5 - share, 0.5 + share, 0.5]
        )

    def test_the_user_counts_in_the_last_one(self):
        rows = [(user, item, value) for user, value in (("a", 5.0), ("b", 1.0)) for item in ITEMS]
        known = pd.DataFrame(rows, columns=["user_id", "item_id", "value"])
        tables = baseline_predictions(known, PAIRS, ITEMS, STARS, 0.5)
        of_a, of_b, of_new, _ = tables["user_item_mean"]["rating"]
        assert of_a > 3.4 > of_new == pytest.approx(3, abs=0.1)
        assert of_b < 2.6
        assert set(tables["item_mean"]["rating"].round(9)) == {3.0}

    def test_probabilities_stay_off_0_and_1_and_ratings_on_the_scale(self):
        known = KNOWN.assign(value=5.0)
        for table in baseline_predictions(known, PAIRS, ITEMS, STARS, 0.5).values():
            assert table["like_probability"].max() == 0.99
            assert table["rating"].between(1, 5).all()

    def test_nothing_known_no_baseline(self):
        assert baseline_predictions(KNOWN[:0], PAIRS, ITEMS, STARS, 0.5) == {}


class TestOccurrences:
    def test_popularity_spreads_the_share_of_likes_over_items(self):
        known = pd.DataFrame(
            [("a", "i0", 1.0), ("b", "i0", 1.0), ("c", "i0", 1.0), ("a", "i1", 1.0), ("b", "i1", 1.0)],
            columns=["user_id", "item_id", "value"],
        )
        every = pd.DataFrame({"user_id": "z", "item_id": ITEMS})
        tables = baseline_predictions(known, every, ITEMS, CLICKS, 0.08)
        assert tables["base_rate"]["like_probability"].tolist() == [0.08] * 3
        # One more each: 4, 3 and 1 of 8.
        expected = [0.08 * 3 * count / 8 for count in (4, 3, 1)]
        assert tables["popularity"]["like_probability"].tolist() == pytest.approx(expected)
        assert tables["popularity"]["rating"].isna().all()

    def test_the_share_counts_each_pair_for_those_it_stands_for(self):
        pairs = pd.DataFrame({"liked": [True, True, False], "weight": [1.0, 1.0, 6.0]})
        assert share_of_likes(pairs) == pytest.approx(0.25)

    def test_the_share_is_never_0_nor_1(self):
        pairs = pd.DataFrame({"liked": [False, False], "weight": [3.0, 3.0]})
        assert share_of_likes(pairs) == pytest.approx(1 / 8)
        assert share_of_likes(pairs.assign(liked=True)) == pytest.approx(7 / 8)
        assert share_of_likes(pairs[:0]) == 0.5
