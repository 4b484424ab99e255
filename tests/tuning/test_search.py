import math

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tesserec.tuning import NO_VALUE, best_trial, search, standard_error, trial_row

SPACE = {
    "half_life": FloatDistribution(0.5, 50.0, log=True),
    "size": IntDistribution(1, 20),
    "power": CategoricalDistribution([None, 1, 3]),
}
DEFAULTS = {"half_life": 40.0, "size": 18, "power": None}
NOISE = np.random.default_rng(0).normal(scale=0.05, size=60)
FOLDS = 3


def quality(options) -> float:
    """Best at a half-life of 2, a size of 5 and a power of 3."""
    away = math.log(options["half_life"] / 2) ** 2 / 9 + ((options["size"] - 5) / 15) ** 2
    return 1 - away - 0.3 * (options["power"] != 3)


class Judge:
    """Tells the planted quality of 20 people more after each fold, and counts folds."""

    def __init__(self) -> None:
        self.folds = []

    def __call__(self, options):
        for fold in range(1, FOLDS + 1):
            self.folds.append(fold)
            yield quality(options) + NOISE[: 20 * fold]


def searched(trials: int, earlier=(), judge=None, seed: int = 0) -> list:
    judge = judge or Judge()
    found = search(SPACE, DEFAULTS, judge, earlier, folds=FOLDS, trials=trials, seed=seed)
    return [*earlier, *found]


def told(trials) -> list[tuple]:
    return [(trial.number, trial.state, trial.params, trial.value) for trial in trials]


@pytest.fixture(scope="module")
def whole() -> list:
    return searched(40)


class TestSearch:
    def test_the_planted_optimum_is_found(self, whole):
        best = best_trial(whole).params
        assert best["power"] == 3
        assert 1 < best["half_life"] < 4
        assert 2 <= best["size"] <= 8

    def test_the_defaults_come_first(self, whole):
        assert whole[0].params == DEFAULTS
        assert whole[0].value == pytest.approx(quality(DEFAULTS) + NOISE.mean())
        assert whole[0].user_attrs["gain_error"] == 0

    @pytest.mark.parametrize("done", [1, 7, 23])
    def test_a_search_that_goes_on_makes_the_trials_that_it_would_have_made(self, whole, done):
        judge = Judge()
        assert told(searched(40, whole[:done], judge)) == told(whole)
        assert judge.folds.count(1) == 40 - done

    def test_the_number_of_trials_counts_all_runs(self, whole):
        assert searched(40, whole, judge=lambda options: pytest.fail("nothing is left to try")) == whole
        assert searched(10, whole) == whole

    def test_another_seed_makes_other_trials(self, whole):
        assert told(searched(4, seed=1))[1:] != told(whole)[1:4]

    def test_what_is_worse_than_most_after_a_fold_is_cut_short(self):
        judge = Judge()
        trials = searched(40, judge=judge)
        cut = [trial for trial in trials if trial.state.name == "PRUNED"]
        assert cut
        assert judge.folds.count(3) == 40 - len(cut)
        whole = [trial for trial in trials if trial.state.name == "COMPLETE"]
        for trial in cut:
            before = [other.value for other in whole if other.number < trial.number]
            assert trial.value < np.median(before) + 0.05
        # What was measured of all people is no match for what was measured of some.
        assert all(set(trial.user_attrs) == set() for trial in cut)

    def test_a_trial_knows_how_sure_its_gain_is(self):
        people = np.arange(12.0)
        gains = people % 3

        def judge(options):
            yield people + gains * (options["size"] == 3)

        space, defaults = {"size": IntDistribution(3, 4)}, {"size": 4}
        trials = list(search(space, defaults, judge, [], folds=1, trials=6, seed=0))
        other = next(trial for trial in trials if trial.params["size"] == 3)
        assert other.user_attrs["gain_error"] == pytest.approx(gains.std() / math.sqrt(12))
        assert other.user_attrs["standard_error"] == pytest.approx((people + gains).std() / math.sqrt(12))


def trial(number: int, value: float, gain_error: float, state: str = "COMPLETE"):
    return optuna.trial.FrozenTrial(
        number=number, trial_id=number, value=value, datetime_start=None, datetime_complete=None,
        params={"size": number}, distributions={"size": IntDistribution(0, 9)}, intermediate_values={},
        user_attrs={"gain_error": gain_error}, system_attrs={}, state=optuna.trial.TrialState[state],
    )  # fmt: skip


class TestBestTrial:
    @pytest.mark.parametrize(("gain", "number"), [(0.09, 0), (0.11, 2)])
    def test_it_must_beat_the_defaults_by_a_standard_error(self, gain, number):
        trials = [trial(0, 0.5, 0.0), trial(1, 0.4, 0.0), trial(2, 0.5 + gain, 0.1)]
        assert best_trial(trials).number == number

    def test_what_was_cut_short_does_not_count(self):
        assert best_trial([trial(0, 0.5, 0.0), trial(1, 0.9, 0.0, "PRUNED")]).number == 0

    def test_of_equals_the_defaults_stay(self):
        assert best_trial([trial(0, 0.5, 0.0), trial(1, 0.5, 0.0)]).number == 0


def test_a_row_tells_options_without_a_value_from_none(whole):
    row = trial_row("ease-1", whole[0])
    assert row["power"] == NO_VALUE
    assert (row["study"], row["trial"], row["state"], row["size"]) == ("ease-1", 0, "COMPLETE", 18)
    assert row["standard_error"] == pytest.approx(standard_error(NOISE))
    assert row["seconds"] >= 0
