from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError, DataError
from tesserec.metrics.runs import Run, compare_runs

USERS = 300


def rng(seed=0):
    return np.random.default_rng(seed)


def run(name, ndcg, protocol="p1", data="d1", users=None):
    """A run of two recommenders, of which the other is the fusion turned round."""
    users = [f"u{number}" for number in range(len(ndcg))] if users is None else users
    rows = {"fusion": ndcg, "ease": 1 - ndcg}
    table = pd.concat(
        pd.DataFrame({"recommender": who, "user_id": users, "ndcg@10": values, "auc": 0.5})
        for who, values in rows.items()
    )
    means = {
        who: {"ndcg@10": {"value": np.nanmean(values)}, "auc": {"value": 0.5}} for who, values in rows.items()
    }
    return Run(name, {"protocol_hash": protocol, "data_hash": data, "recommenders": means}, table)


BASE = rng(1).random(USERS) / 2
FIRST = run("first", BASE)


def compared(*runs, recommender="fusion", metric="ndcg@10"):
    return compare_runs(runs, recommender, metric, rng()).set_index("run")


class TestComparison:
    def test_a_planted_difference_is_found_and_noise_is_not(self):
        better, noisy = BASE + 0.01 + rng(2).normal(scale=0.02, size=USERS), BASE[::-1]
        table = compared(FIRST, run("better", better), run("noisy", noisy))
        assert table.loc["better", "difference"] == pytest.approx(0.01, abs=0.003)
        assert 0 < table.loc["better", "difference_low"] < 0.01 < table.loc["better", "difference_high"]
        assert table.loc["better", "p_holm"] < 0.001
        assert table.loc["noisy", "difference_low"] < 0 < table.loc["noisy", "difference_high"]
        assert table.loc["noisy", "p_value"] > 0.9
        assert table["value"].tolist() == pytest.approx([BASE.mean(), better.mean(), BASE.mean()])
        assert table["users"].tolist() == [USERS] * 3

    def test_the_first_run_is_compared_with_nothing(self):
        table = compared(FIRST, run("second", BASE + 0.1))
        gaps = ["difference", "difference_low", "difference_high", "p_value", "p_holm"]
        assert table.loc["first", gaps].isna().all()
        assert table.loc["second", gaps].notna().all()

    def test_people_are_paired_by_id_and_not_by_place(self):
        second = run("second", BASE + 0.25)
        shuffled = replace(second, user_metrics=second.user_metrics.sample(frac=1, random_state=1))
        row = compared(FIRST, shuffled).loc["second"]
        assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.25, 0.25))

    def test_one_other_run_needs_no_correction_and_several_do(self):
        others = [run(f"r{seed}", BASE + rng(seed).normal(0.002, 0.02, USERS)) for seed in range(4)]
        pair, family = compared(FIRST, others[0]), compared(FIRST, *others)
        assert pair.loc["r0", "p_holm"] == pair.loc["r0", "p_value"]
        smallest = family["p_value"].idxmin()
        assert family.loc[smallest, "p_holm"] == pytest.approx(4 * family["p_value"].min())

    def test_equal_runs(self):
        row = compared(FIRST, run("again", BASE)).loc["again"]
        assert row["difference"] == row["difference_low"] == row["difference_high"] == 0
        assert row["p_value"] == row["p_holm"] == 1

    def test_another_recommender_and_people_without_a_value(self):
        table = compared(
            run("first", np.array([0.1, 0.5, np.nan])),
            run("second", np.array([0.2, 0.5, np.nan])),
            recommender="ease",
        )
        assert table["users"].tolist() == [2, 2]
        assert table.loc["second", "difference"] == pytest.approx(-0.05)


class TestRefusals:
    def test_other_data(self):
        with pytest.raises(DataError, match=r"first \(protocol p1\) and second \(protocol p2\).* differ\."):
            compared(FIRST, run("second", BASE, protocol="p2", data="d2"))

    def test_another_split_of_the_same_data(self):
        with pytest.raises(DataError, match=r"third \(protocol p2\).* are the same, but not the split"):
            compared(FIRST, run("second", BASE), run("third", BASE, protocol="p2"))

    def test_other_people(self):
        users = ["u0", "new", "u2", "newer"]
        with pytest.raises(DataError, match=f"{USERS - 2} people .* first only and 2 in the second only"):
            compared(FIRST, run("second", BASE[:4], users=users))

    def test_what_was_not_measured_is_named_with_the_choice(self):
        with pytest.raises(ConfigError, match="run first has no recommender 'als'; it has fusion, ease"):
            compared(FIRST, FIRST, recommender="als")
        with pytest.raises(ConfigError, match="no metric of each person 'coverage@10'; it has ndcg@10, auc"):
            compared(FIRST, FIRST, metric="coverage@10")

    def test_files_of_two_runs_in_one_folder(self):
        """As after `kedro run --pipelines evaluation` without the reporting."""
        mixed = replace(run("second", BASE), user_metrics=run("third", BASE + 0.001).user_metrics)
        with pytest.raises(DataError, match="In the run second the metrics of each person are not those"):
            compared(FIRST, mixed)
