import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from tesserec.tables.weights import factor_of_values, weigh_events

NONE = np.nan


def weigh(events, values, **options):
    chosen = {"event_weights": {}, "default_event_weight": 1.0, "value_weighting": "auto"} | options
    return weigh_events(pd.Series(events), np.array(values, dtype=float), **chosen)


def test_zero_and_one_are_dislike_and_like():
    assert_allclose(weigh(["rating"] * 4, [1, 0, 1, NONE]), [1, 0, 1, 1])


def test_stars_only_show_that_the_item_was_chosen():
    assert_allclose(weigh(["rating"] * 3, [1, 5, 3.5]), 1)


def test_play_counts_are_scaled_by_the_log_of_their_median():
    counts = np.array([0, 9, 999])

    assert_allclose(factor_of_values(counts.astype(float), "auto"), [1, 2, 4])
    # The median event weighs 1.
    assert_allclose(weigh(["listen"] * 3, counts), [0.5, 1, 2])


def test_kinds_are_judged_apart_and_weights_are_ratios():
    weights = weigh(
        ["view", "view", "purchase", "dislike"],
        [NONE, NONE, NONE, NONE],
        event_weights={"view": 2.0, "purchase": 6.0, "dislike": 0.0},
    )

    assert_allclose(weights, [1, 1, 3, 0])


def test_a_log_of_one_kind_weighs_one():
    assert_allclose(weigh(["purchase"] * 3, [NONE] * 3, event_weights={"purchase": 3.0}), 1)


def test_what_is_usual_is_told_by_known_events():
    """Nine listens are usual; of likes, which nobody has given yet, only likes can tell."""
    known = np.array([True, True, True, False, False, False])
    weights = weigh(["listen"] * 5 + ["like"], [9, 9, 999, 99_999, 99_999, 0], known=known)

    assert_allclose(weights, [1, 1, 2, 3, 3, 0])


def test_chosen_weightings():
    values = np.array([2.0, 4.0, NONE, -1.0])

    assert_allclose(factor_of_values(values, "none"), 1)
    assert_allclose(factor_of_values(values, "linear"), [2, 4, 1, 0])
    assert_allclose(factor_of_values(values, "log"), 1 + np.log1p([2, 4, 0, 0]) / np.log1p(2) * [1, 1, 0, 1])
