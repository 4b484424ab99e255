"""The steps from training data to options that the next run can take."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from tqdm import tqdm

from tesserec import plots
from tesserec.evaluation.fold_quality import ndcg_alone, ndcg_fused
from tesserec.evaluation.folds import Fold, by_person, make_folds
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.tuning.options import TuningOptions
from tesserec.pipelines.tuning.plan import Changes, Plan, with_options
from tesserec.pipelines.tuning.wording import write_parameters
from tesserec.protocol import ranks_new_items
from tesserec.recommenders import TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.examples import Examples, collect_examples
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.support import Support
from tesserec.tuning import (
    CLEARLY,
    Studies,
    Trial,
    best_trial,
    search,
    standard_error,
    trial_row,
)

logger = logging.getLogger(__name__)

FUSION = "fusion"


def divide_validation_targets(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    options: TuningOptions,
) -> list[Fold]:
    """Make the folds that options are judged on, from training and validation events."""
    folds = options.folds
    return make_folds(
        tuning_data,
        split_interactions,
        candidates["item_id"],
        protocol,
        method=folds.method,
        count=folds.count,
        people=folds.people,
        seed=folds.seed,
    )


def search_options(
    plans: list[Plan],
    folds: list[Fold],
    studies_before: Studies,
    models: ModelTrainingOptions,
    options: TuningOptions,
) -> Iterator[Trial]:
    """Search for the options of each recommender, and yield each trial as soon as it is finished.

    A recommender is judged by its own NDCG@10: a trial then fits one recommender, where the fusion would need
    all of them and a new blend. Recommenders take turns, so that a run that ends early leaves all of them
    equally many trials. Kedro saves each trial before it asks for the next, so a killed run loses the one it
    was at, and hooks hear of each.

    """
    started = time.monotonic()
    searches, missing = [], 0
    for plan in plans:
        earlier = studies_before.trials(plan.study)
        missing += max(0, options.trials - len(earlier))
        _tell(plan, len(earlier), studies_before.names(), options.trials)
        searches.append(_search(plan, folds, earlier, models, options))
    with tqdm(total=missing, desc="Searching for options", unit="trial") as progress:
        for trial in (trial for turn in zip_longest(*searches) for trial in turn if trial is not None):
            yield trial
            progress.update()
            if options.timeout is not None and time.monotonic() - started > options.timeout:
                logger.warning("The time of tuning.timeout is over; the next run goes on from here.")
                return


def tabulate_trials(plans: list[Plan], studies: Studies) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the trials of this data and these spaces, and how much each option matters.

    Returns:
        The trials, see `tesserec.tuning.trial_row`, with columns for all options that are searched for. And
        recommender, option and importance, which sum to 1 for a recommender.
    """
    rows, importances = [], []
    for plan in plans:
        trials = studies.trials(plan.study)
        rows += [{"recommender": plan.recommender, **trial_row(plan.study, trial)} for trial in trials]
        importances += [
            {"recommender": plan.recommender, "option": option, "importance": importance}
            for option, importance in studies.importances(plan.study).items()
        ]
    table = pd.DataFrame(rows, columns=None if rows else ["recommender", "state", "value"])
    return table, pd.DataFrame(importances, columns=["recommender", "option", "importance"])


def choose_options(
    plans: list[Plan],
    folds: list[Fold],
    studies: Studies,
    protocol: dict[str, Any],
    models: ModelTrainingOptions,
) -> tuple[pd.DataFrame, str]:
    """Take the options that are clearly better, unless the fusion is clearly worse with them.

    Recommenders at their best alone make the comparison with the fusion a fair one, but they need not
    tell each other anything new. So the fusion is judged on the folds with and without all these options, by
    blends learned on the other folds; where it loses by more than a standard error, all defaults stay. The
    figures are those that were chosen by, so they flatter: what is gained on test data an evaluation tells.

    Returns:
        recommender, default and tuned (NDCG@10), gain with its gain_error, and taken; a last row for the
        fusion where anything is clearly better. And the parameters, as a file for `kedro run --config`.
    """
    rows: list[dict[str, Any]] = []
    changes: dict[str, Mapping[str, Any]] = {}
    for plan in plans:
        if not (trials := studies.trials(plan.study)):
            continue
        best = best_trial(trials)
        if best.number:
            changes[plan.recommender] = best.params
        rows.append(
            _result(plan.recommender, trials[0].values[0], best.values[0], best.user_attrs["gain_error"])
        )
    if changes:
        rows.append(_compare_fusions(folds, models, changes, protocol))
        if -rows[-1]["gain"] > CLEARLY * rows[-1]["gain_error"]:
            changes = {}
    for row in rows:
        row["taken"] = bool(changes) and row["recommender"] in {*changes, FUSION}
        logger.info("%(recommender)-24s NDCG@10 %(tuned).4f, by default %(default).4f", row)
    columns = ["recommender", "default", "tuned", "gain", "gain_error", "taken"]
    results = pd.DataFrame(rows, columns=columns)
    return results, write_parameters(results, changes)


def draw_parallel_coordinates(trials: pd.DataFrame, options: TuningOptions) -> go.Figure:
    """Draw which options gave which quality."""
    logarithmic = {
        (recommender, option)
        for recommender, space in options.space.items()
        for option, dimension in space.items()
        if getattr(dimension, "log", False)
    }
    return plots.parallel_coordinate_figure(trials, logarithmic)


def draw_importances(importances: pd.DataFrame) -> go.Figure:
    """Draw how much each option matters."""
    return plots.importance_figure(importances)


def _tell(plan: Plan, earlier: int, known: Sequence[str], trials: int) -> None:
    others = [study for study in known if study.rpartition("-")[0] == plan.recommender]
    if earlier:
        logger.info("%s: %d of %d trials are there already", plan.recommender, earlier, trials)
    elif others:
        logger.info(
            "%s: the data, the folds, the space or the defaults changed; a new study begins", plan.recommender
        )


def _search(
    plan: Plan,
    folds: Sequence[Fold],
    earlier: Sequence[Any],
    models: ModelTrainingOptions,
    options: TuningOptions,
) -> Iterator[Trial]:
    def judge(values: Mapping[str, Any]) -> Iterator[np.ndarray]:
        ndcg = []
        for number, fold in enumerate(folds, start=1):
            model = with_options(models, {plan.recommender: values}).build()[plan.recommender]
            ndcg.append(ndcg_alone(model, fold))
            yield by_person(folds[:number], ndcg)

    space = {option: one.distribution() for option, one in options.space[plan.recommender].items()}
    found = search(
        space, plan.defaults, judge, earlier, folds=len(folds), trials=options.trials, seed=options.seed
    )
    return (Trial(plan.study, trial) for trial in found)


def _compare_fusions(
    folds: Sequence[Fold], models: ModelTrainingOptions, changes: Changes, protocol: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of the fusion: as it is, and with changed options."""
    tuned = with_options(models, changes).build()
    usable = {
        name: model
        for name, model in models.build().items()
        if all(model.applies_to(fold.data) for fold in folds)
    }
    before: list[Examples] = []
    after: list[Examples] = []
    for fold in folds:
        task, support = fold.task, Support.of(fold.data)
        eligible = eligible_items(task.profiles, task.candidates)
        fitted = fit_all(usable, fold.data)
        changed = fitted | fit_all({name: tuned[name] for name in changes}, fold.data)
        for examples, recommenders in ((before, fitted), (after, changed)):
            asked = (recommenders, support, task.profiles, task.targets, eligible, models.fusion.depth)
            examples.append(collect_examples(*asked))
    learner = models.fusion.learner(list(usable), new_items=ranks_new_items(protocol))
    default, better = (by_person(folds, ndcg_fused(examples, learner)) for examples in (before, after))
    return _result(FUSION, default.mean(), better.mean(), standard_error(better - default))


def _result(name: str, default: float, tuned: float, gain_error: float) -> dict[str, Any]:
    return {
        "recommender": name,
        "default": float(default),
        "tuned": float(tuned),
        "gain": float(tuned - default),
        "gain_error": gain_error,
    }
