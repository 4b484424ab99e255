"""The search for the options of one recommender: a fixed number of trials, whichever run makes them."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tesserec.tuning.studies import DIRECTION, import_optuna

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial, Trial

# Finished trials before any is cut short.
UNCUT = 5
# Standard errors by which the best trial must beat the defaults (Breiman et al. 1984): the best of many looks
# better than it is.
CLEARLY = 1
# How a table tells an option that has no value from one that a recommender does not have, in CSV too.
NO_VALUE = "none"

# From options to the quality of each person, (people,), after one fold, after two, ... after all.
Judge = Callable[[Mapping[str, Any]], Iterator[np.ndarray]]


def search(
    space: Mapping[str, "BaseDistribution"],
    defaults: Mapping[str, Any],
    judge: Judge,
    earlier: Sequence["FrozenTrial"],
    *,
    folds: int,
    trials: int,
    seed: int,
) -> Iterator["FrozenTrial"]:
    """Try options until a study has its number of trials, and yield each trial when it is finished.

    The first trial are the defaults. The others are drawn by the tree-structured Parzen estimator (Bergstra
    et al. 2011), and cut short where their mean after a fold is below the median of earlier ones. A draw
    depends on the seed and on the trials before it, and on nothing else: a search that was killed and goes on
    makes the very trials that it would have made, the one that was lost included.

    Args:
        space: What may be tried, by option.
        defaults: A value of each option.
        judge: Tells the quality of options.
        earlier: The trials that the study has already.
        folds: Number of folds that `judge` tells of.
        trials: Number of trials of the study in all, those cut short included.
        seed: Of the draws.

    Yields:
        Trials whose value is the mean over people and whose user attributes are `standard_error`, of that
        mean; `gain_error`, that of the paired difference from the defaults; and `people`, the values of the
        defaults, in the first trial. A trial that was cut short has neither.
    """
    optuna = import_optuna()
    study = optuna.create_study(direction=DIRECTION, pruner=optuna.pruners.MedianPruner(UNCUT))
    study.add_trials(earlier)
    for number in range(len(earlier), trials):
        study.sampler = optuna.samplers.TPESampler(seed=seed + number)
        if number == 0:
            study.enqueue_trial(dict(defaults))
        trial = study.ask(dict(space))
        values = _judged(trial, judge, folds)
        if values is None:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            first = study.trials[0].user_attrs["people"] if number else values.tolist()
            trial.set_user_attr("standard_error", standard_error(values))
            trial.set_user_attr("gain_error", standard_error(values - np.array(first)))
            if not number:
                trial.set_user_attr("people", first)
            study.tell(trial, float(values.mean()))
        yield study.trials[number]


def _judged(trial: "Trial", judge: Judge, folds: int) -> np.ndarray | None:
    """Return the quality of each person under the options of a trial, or None where it is cut short."""
    values = np.zeros(0)
    for fold, values in enumerate(judge(trial.params)):
        trial.report(float(values.mean()), fold)
        if fold + 1 < folds and trial.should_prune():
            return None
    return values


def best_trial(trials: Sequence["FrozenTrial"]) -> "FrozenTrial":
    """Return the trial to go by: the best one if it clearly beats the defaults, else the defaults."""
    complete = [trial for trial in trials if trial.state.name == "COMPLETE"]
    best = max(complete, key=lambda trial: trial.values[0])
    gain = best.values[0] - trials[0].values[0]
    return best if gain > CLEARLY * best.user_attrs["gain_error"] else trials[0]


def trial_row(study: str, trial: "FrozenTrial") -> dict[str, Any]:
    """Return a trial as a row of a table.

    Returns:
        study, trial, state (COMPLETE, or PRUNED: cut short), value (NDCG@10, of the folds so far),
        standard_error, gain_error (of the difference from the defaults), seconds, and each option by its
        name, `none` where it has no value.
    """
    told = {name: trial.user_attrs.get(name) for name in ("standard_error", "gain_error")}
    options = {option: NO_VALUE if value is None else value for option, value in trial.params.items()}
    return {
        "study": study,
        "trial": trial.number,
        "state": trial.state.name,
        "value": trial.value,
        **told,
        "seconds": trial.duration.total_seconds() if trial.duration else None,
        **options,
    }


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of the mean of the values of people, (people,)."""
    return float(values.std()) / math.sqrt(len(values))
