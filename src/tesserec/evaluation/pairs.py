"""Predictions of pairs, judged on held-out pairs against the simplest ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tesserec.metrics.outcomes import Outcomes, Resampled
from tesserec.metrics.pooled import pooled_metrics
from tesserec.metrics.reliability import calibration_points
from tesserec.metrics.roc import roc_points
from tesserec.ratings import (
    Fold,
    RatingScale,
    baseline_predictions,
    choose_threshold,
    share_of_likes,
    training_pairs,
)

PREDICTOR = "pair_predictor"
EVERYONE = "all"
CURVES = ["predictor", "curve", "x", "y", "low", "high", "pairs", "threshold"]


@dataclass(frozen=True)
class Predicted:
    """What somebody predicts of the held-out pairs.

    Attributes:
        table: `like_probability` and `rating` (NaN without ratings) of each pair, in their order.
        threshold: From this probability on a pair counts as predicted to be liked.
    """

    table: pd.DataFrame
    threshold: float


def held_out_pairs(
    history: pd.DataFrame,
    held_out: pd.DataFrame,
    item_ids: np.ndarray,
    scale: RatingScale,
    *,
    people: int | None,
    unseen_per_pair: int,
    seed: int,
) -> Fold:
    """Label the held-out pairs whose value the history does not hold, as `training_pairs` does.

    Args:
        history: The log that is known.
        held_out: Later rows of it.
        item_ids: Every item, (items,) str.
        scale: What the values mean.
        people: Most people, drawn at random among those with held-out rows; None: all.
        unseen_per_pair: Pairs that did not occur, drawn for each that did, where the log has no ratings.
        seed: Seed of both draws.
    """
    pair = ["user_id", "item_id"]
    known = pd.MultiIndex.from_frame(scale.observations(history)[pair])
    new = held_out[~pd.MultiIndex.from_frame(held_out[pair]).isin(known)]
    pairs = training_pairs(
        history, new, item_ids, scale, unseen_per_pair=unseen_per_pair, seed=seed, people=people
    )
    return Fold(history, pairs)


def predict_baselines(
    validation: Fold, test: Fold, item_ids: np.ndarray, scale: RatingScale
) -> dict[str, Predicted]:
    """Predict the test pairs by means and counts, with thresholds that are best on the validation pairs."""
    rate = share_of_likes(validation.pairs)
    before, now = (
        baseline_predictions(fold.known(scale), fold.pairs, item_ids, scale, rate)
        for fold in (validation, test)
    )
    liked = validation.pairs["liked"].to_numpy(bool)
    thresholds = {
        name: choose_threshold(table["like_probability"].to_numpy(), liked) for name, table in before.items()
    }
    return {name: Predicted(table, thresholds[name]) for name, table in now.items() if name in thresholds}


def judge_pairs(
    test: Fold, predicted: Mapping[str, Predicted], scale: RatingScale, seed: int
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Measure predictions of the same pairs.

    Args:
        test: The pairs, labelled, and their history.
        predicted: By name; the first is compared with every other.
        scale: What the values mean.
        seed: Of the draws of people behind the intervals.

    Returns:
        - `thresholds` by predictor; `groups`: rows, people and likes of each group of pairs; `predictors`: by
          name, group and metric `value`, `low`, `high`; `differences`: by the name of each other and by
          metric, first minus other, from the same draws. Empty without pairs, and None for what cannot be
          known.
        - The curves over all pairs: predictor, curve (`calibration`, see `calibration_points`, or `roc`, see
          `roc_points`), x, y, low, high, pairs, threshold.
    """
    empty = pd.DataFrame({name: pd.Series(dtype="str" if name in CURVES[:2] else float) for name in CURVES})
    if test.pairs.empty:
        return {"thresholds": {}, "groups": {}, "predictors": {}, "differences": {}}, empty
    outcomes = _outcomes(test.pairs, scale)
    groups = _groups(test, scale)
    measured = {
        name: {group: _measure(outcomes, one, rows, seed) for group, rows in groups.items()}
        for name, one in predicted.items()
    }
    first, *others = measured
    document = {
        "thresholds": {name: one.threshold for name, one in predicted.items()},
        "groups": {group: _count(outcomes.take(rows)) for group, rows in groups.items()},
        "predictors": {
            name: {group: _known(metrics) for group, metrics in by_group.items()}
            for name, by_group in measured.items()
        },
        "differences": {
            name: _known(measured[first][EVERYONE].minus(measured[name][EVERYONE])) for name in others
        },
    }
    return document, pd.concat([empty, *_curves(outcomes, predicted, seed)], ignore_index=True)[CURVES]


def _outcomes(pairs: pd.DataFrame, scale: RatingScale) -> Outcomes:
    ratings = pairs["value"].to_numpy(float) if scale.graded else None
    liked, weights = pairs["liked"].to_numpy(bool), pairs["weight"].to_numpy(float)
    return Outcomes(pairs["user_id"].to_numpy(object), liked, weights, ratings)


def _groups(test: Fold, scale: RatingScale) -> dict[str, np.ndarray]:
    """Return which pairs are of known and of new items and people, as far as there are both."""
    known = test.known(scale)
    groups = {EVERYONE: np.ones(len(test.pairs), dtype=bool)}
    for column, noun in (("item_id", "items"), ("user_id", "people")):
        inside = test.pairs[column].isin(known[column].unique()).to_numpy()
        if inside.any() and not inside.all():
            groups |= {f"known_{noun}": inside, f"new_{noun}": ~inside}
    return groups


def _measure(outcomes: Outcomes, predicted: Predicted, rows: np.ndarray, seed: int) -> Resampled:
    probabilities, ratings = (
        predicted.table[name].to_numpy(float)[rows] for name in ("like_probability", "rating")
    )
    return pooled_metrics(outcomes.take(rows), probabilities, ratings, predicted.threshold, seed=seed)


def _count(outcomes: Outcomes) -> dict[str, int]:
    people = len(pd.unique(outcomes.users))
    return {"pairs": len(outcomes), "people": people, "likes": int(outcomes.liked.sum())}


def _known(metrics: Resampled) -> dict[str, dict[str, float | None]]:
    return {
        name: {end: float(one) if np.isfinite(one) else None for end, one in interval._asdict().items()}
        for name, interval in metrics.intervals().items()
    }


def _curves(outcomes: Outcomes, predicted: Mapping[str, Predicted], seed: int) -> list[pd.DataFrame]:
    tables = []
    for name, one in predicted.items():
        probabilities = one.table["like_probability"].to_numpy(float)
        curves = {
            "calibration": calibration_points(outcomes, probabilities, seed=seed),
            "roc": roc_points(outcomes, probabilities),
        }
        tables += [curve.assign(predictor=name, curve=kind) for kind, curve in curves.items()]
    return tables
