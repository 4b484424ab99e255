"""Metrics of predictions over all pairs at once.

All but the area under the curve are made of sums over pairs, so that drawing people again is one product of
matrices.
"""

from collections.abc import Mapping

import numpy as np

from tesserec.metrics.outcomes import Outcomes, Resampled
from tesserec.metrics.reliability import calibration_error, error_by_chance
from tesserec.metrics.roc import Area

# As near to 0 and 1 as a probability may come before its logarithm is taken.
_EDGE = np.finfo(float).eps


def pooled_metrics(
    outcomes: Outcomes,
    probabilities: np.ndarray,
    ratings: np.ndarray | None,
    threshold: float,
    *,
    seed: int,
    rounds: int = 1000,
) -> Resampled:
    """Measure predictions against what happened.

    Each pair counts for those that it stands for; but in precision, recall and F1 it counts once, because
    there the few unliked pairs among the most probable ones would decide alone.

    Args:
        outcomes: What happened; at least one pair.
        probabilities: Predicted probabilities of a like, (pairs,).
        ratings: Predicted ratings, (pairs,); None where nothing was rated.
        threshold: From this probability on a pair counts as predicted to be liked.
        seed: Of the draws of people.
        rounds: Number of draws.

    Returns:
        `rmse`, `mae` (in units of the rating, with ratings only), `auc` (NaN unless both outcomes occur),
        `log_loss`, `brier`, `bias` (mean probability less share of likes), `precision`, `recall`, `f1` of the
        liked pairs at the threshold (0 where undefined), and `calibration_error`. It has no interval, since
        drawing again adds noise to every bin, which can only raise it, but a companion,
        `calibration_error_by_chance`; see `tesserec.metrics.reliability`. Cost: O(rounds × pairs).
    """
    parts = _contributions(outcomes, probabilities, ratings, threshold)
    names, table = list(parts), outcomes.by_person(np.column_stack(list(parts.values())))
    area = Area(outcomes, probabilities)
    sums, areas = [table.sum(axis=0, keepdims=True)], [area.of(np.ones((1, len(table))))]
    for times in outcomes.draw(seed, rounds):
        sums.append(times @ table)
        areas.append(area.of(times))
    columns = dict(zip(names, np.concatenate(sums).T, strict=True))
    metrics = {**_from_sums(columns), "auc": np.concatenate(areas)}  # all pairs, then the draws
    value = {name: float(one[0]) for name, one in metrics.items()}
    value["calibration_error"] = calibration_error(outcomes, probabilities)
    value["calibration_error_by_chance"] = error_by_chance(outcomes, probabilities, seed)
    return Resampled(value, {name: one[1:] for name, one in metrics.items()})


def _contributions(
    outcomes: Outcomes, probabilities: np.ndarray, ratings: np.ndarray | None, threshold: float
) -> dict[str, np.ndarray]:
    """Return what each pair adds to each sum, (pairs,) by name."""
    liked, said = outcomes.liked, probabilities >= threshold
    bounded = np.clip(probabilities, _EDGE, 1 - _EDGE)
    weighted = {
        "pairs": np.ones(len(outcomes)),
        "log_loss": -np.log(np.where(liked, bounded, 1 - bounded)),
        "brier": (probabilities - liked) ** 2,
        "bias": probabilities - liked,
    }
    if ratings is not None and outcomes.ratings is not None:
        errors = outcomes.ratings - ratings
        weighted |= {"squared": errors**2, "absolute": np.abs(errors)}
    single = {"liked": liked, "said": said, "hits": liked & said}
    return {
        **{name: part * outcomes.weights for name, part in weighted.items()},
        **{name: part.astype(float) for name, part in single.items()},
    }


def _from_sums(sums: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the metrics of sums over pairs, in the shape of the sums."""
    pairs = sums["pairs"]
    ratings = (
        {"rmse": np.sqrt(sums["squared"] / pairs), "mae": sums["absolute"] / pairs}
        if "squared" in sums
        else {}
    )
    return {
        **ratings,
        **{name: sums[name] / pairs for name in ("log_loss", "brier", "bias")},
        "precision": _share(sums["hits"], sums["said"]),
        "recall": _share(sums["hits"], sums["liked"]),
        "f1": _share(2 * sums["hits"], sums["said"] + sums["liked"]),
    }


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
