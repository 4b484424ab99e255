from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tesserec.metrics import bootstrap_interval, holm, interval_table, paired_difference, significance


def rng(seed=0):
    return np.random.default_rng(seed)


class TestBootstrapInterval:
    def test_agrees_with_the_normal_approximation(self):
        values = rng(1).normal(size=5000)
        interval = bootstrap_interval(values, rng(), rounds=2000)
        half = 1.96 * values.std() / np.sqrt(len(values))
        assert interval.value == pytest.approx(values.mean())
        assert interval.low == pytest.approx(values.mean() - half, abs=half * 0.1)
        assert interval.high == pytest.approx(values.mean() + half, abs=half * 0.1)

    def test_agrees_with_scipy(self):
        values = rng(2).exponential(size=300)
        ours = bootstrap_interval(values, rng(), rounds=4000)
        theirs = stats.bootstrap(
            (values,), np.mean, n_resamples=4000, method="percentile", rng=rng(5)
        ).confidence_interval
        assert ours.low == pytest.approx(theirs.low, abs=0.01)
        assert ours.high == pytest.approx(theirs.high, abs=0.01)

    def test_holds_the_truth_about_as_often_as_promised(self):
        generator = rng(3)
        held = 0
        for _ in range(200):
            interval = bootstrap_interval(generator.normal(size=100), generator, rounds=200)
            held += interval.low <= 0 <= interval.high
        assert 0.88 <= held / 200 <= 0.99

    def test_a_lower_level_gives_a_narrower_interval(self):
        values = rng(4).normal(size=200)
        wide, narrow = (bootstrap_interval(values, rng(), level=level) for level in (0.95, 0.5))
        assert wide.low < narrow.low < narrow.high < wide.high

    def test_columns_are_measured_as_if_alone_and_nan_is_skipped(self):
        table = rng(5).normal(size=(50, 2))
        table[::3, 1] = np.nan
        both = bootstrap_interval(table, rng())
        alone = bootstrap_interval(table[:, 1], rng())
        assert both.value[1] == pytest.approx(np.nanmean(table[:, 1]))
        assert (both.low[1], both.high[1]) == (alone.low, alone.high)

    def test_constant_values_have_no_width(self):
        assert bootstrap_interval(np.full(9, 0.25), rng()) == (0.25, 0.25, 0.25)

    @pytest.mark.parametrize("values", [np.array([]), np.array([np.nan, np.nan])])
    def test_without_values_all_is_unknown(self, values):
        assert np.isnan(bootstrap_interval(values, rng())).all()

    def test_same_seed_same_interval_in_blocks_or_not(self, monkeypatch):
        values = rng(6).normal(size=40)
        whole = bootstrap_interval(values, rng(9), rounds=100)
        monkeypatch.setattr(significance, "_DRAWS_PER_BLOCK", 300)
        assert bootstrap_interval(values, rng(9), rounds=100) == pytest.approx(whole)


class TestPairedDifference:
    def test_finds_a_difference_that_unpaired_intervals_would_miss(self):
        noise = rng(1).normal(size=400)
        first, second = noise + 0.1, noise + rng(2).normal(scale=0.3, size=400)
        difference = paired_difference(first, second, rng())
        assert difference.low > 0
        assert difference.p_value < 0.01
        assert bootstrap_interval(first, rng()).low < bootstrap_interval(second, rng()).high

    def test_p_values_are_uniform_without_a_difference(self):
        generator = rng(3)
        p_values = [
            paired_difference(*generator.normal(size=(2, 60)), generator, 1, flips=999).p_value
            for _ in range(500)
        ]
        assert stats.kstest(p_values, "uniform").pvalue > 0.01

    def test_agrees_with_the_exact_test_on_few_users(self):
        first, second = np.array([3.0, 2, 4, 1, 5]), np.zeros(5)
        # only all-plus and all-minus of the 32 sign patterns are as far from 0
        assert paired_difference(first, second, rng()).p_value == pytest.approx(2 / 32, abs=0.003)

    def test_no_difference_at_all(self):
        assert paired_difference(np.ones(5), np.ones(5), rng()) == (0, 0, 0, 1)

    def test_users_unknown_to_either_are_skipped(self):
        difference = paired_difference(np.array([1.0, np.nan, 5]), np.array([0.0, 7, np.nan]), rng())
        assert difference.value == 1

    def test_columns_are_compared_as_if_alone(self):
        first = np.column_stack([rng(7).normal(size=50), rng(8).normal(size=50) + 0.3])
        both, alone = (paired_difference(table, 0 * table, rng()) for table in (first, first[:, 1]))
        assert [part[1] for part in both] == pytest.approx(list(alone))

    def test_nobody_in_common(self):
        assert np.isnan(paired_difference(np.array([np.nan]), np.array([1.0]), rng())).all()

    def test_different_lengths_are_refused(self):
        with pytest.raises(ValueError, match="cannot be paired"):
            paired_difference(np.ones(2), np.ones(3), rng())


def test_a_table_of_intervals_is_that_of_its_columns():
    values = pd.DataFrame(rng(7).random((30, 2)), columns=pd.MultiIndex.from_tuples([("a", "x"), ("b", "y")],
                          names=["who", "what"]))  # fmt: skip
    values.iloc[:5, 1] = np.nan
    table = interval_table(values, rng(), rounds=200)
    interval = bootstrap_interval(values.to_numpy(), rng(), rounds=200)
    assert table[["who", "what", "users"]].values.tolist() == [["a", "x", 30], ["b", "y", 25]]
    for end in ("value", "low", "high"):
        np.testing.assert_array_equal(table[end], getattr(interval, end))


class TestHolm:
    def test_hand_worked(self):
        # 4 x .01; 3 x .02; 2 x .025 falls below the .06 before it; 1 x .5
        corrected = holm(np.array([0.025, 0.5, 0.01, 0.02]))
        np.testing.assert_allclose(corrected, [0.06, 0.5, 0.04, 0.06])

    def test_one_test_needs_no_correction_and_no_p_value_passes_one(self):
        assert holm(np.array([0.03])).tolist() == [0.03]
        assert holm(np.array([0.9, 0.6, 0.7])).tolist() == [1, 1, 1]
        assert holm(np.array([])).shape == (0,)

    def test_unknown_p_values_are_no_tests(self):
        corrected = holm(np.array([np.nan, 0.02, np.nan, 0.01]))
        np.testing.assert_allclose(corrected, [np.nan, 0.02, np.nan, 0.02])

    def test_agrees_with_closed_testing(self):
        """A test holds if every family that it is in holds by Bonferroni: Holm's method, in the long way."""
        generator = rng(1)
        for tests in range(1, 7):
            p_values = np.round(generator.random(tests), 1)  # ties among them
            families = [
                list(chosen) for size in range(1, tests + 1) for chosen in combinations(range(tests), size)
            ]
            slow = [
                max(min(1, len(family) * p_values[family].min()) for family in families if test in family)
                for test in range(tests)
            ]
            np.testing.assert_allclose(holm(p_values), slow)

    def test_a_false_find_in_any_of_a_family_is_as_rare_as_promised(self):
        """Twenty recommenders that are as good as the one they are compared with."""
        generator = rng(2)
        raw, corrected = 0, 0
        for _ in range(200):
            first, second = generator.normal(size=(30, 1)), generator.normal(size=(30, 20))
            p_values = paired_difference(first + 0 * second, second, generator, 1, flips=2000).p_value
            raw, corrected = raw + (p_values <= 0.05).any(), corrected + (holm(p_values) <= 0.05).any()
        assert raw / 200 > 0.3
        assert corrected / 200 <= 0.08
