"""Metrics of predictions over all pairs at once, resampled by person.

A person's pairs are alike, so a pair tells less than a person: intervals come from drawing people with all
their pairs (cluster bootstrap; Davison and Hinkley 1997, section 3.8). All but the area under the curve are
made of sums over pairs, so that drawing people again is one product of matrices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.metrics.significance import Interval, bootstrap_weights

BINS = 10
CHANCES = 200
_NUMBERS = 4_000_000  # held in memory at once for the areas; float64, so 32 MB
# As near to 0 and 1 as a probability may come before its logarithm is taken.
_EDGE = np.finfo(float).eps


@dataclass(frozen=True)
class Outcomes:
    """What happened to pairs, in parallel arrays.

    Attributes:
        users: Whose each pair is, (pairs,).
        liked: Whether it was liked, (pairs,) bool.
        weights: Pairs that it stands for, (pairs,).
        ratings: How it was rated, (pairs,); None where nothing was.
    """

    users: np.ndarray
    liked: np.ndarray
    weights: np.ndarray
    ratings: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.users)

    def take(self, chosen: np.ndarray) -> "Outcomes":
        """Return the chosen pairs, by position or (pairs,) bool."""
        ratings = None if self.ratings is None else self.ratings[chosen]
        return Outcomes(self.users[chosen], self.liked[chosen], self.weights[chosen], ratings)

    def by_person(self, part: np.ndarray) -> np.ndarray:
        """Sum a quantity of the pairs, (pairs,) or (pairs, columns), over each person's, (people, ...)."""
        codes, people = pd.factorize(self.users)
        entries = (np.ones(len(codes)), (codes, np.arange(len(codes))))
        return sp.csr_array(entries, shape=(len(people), len(codes))) @ part

    def draw(self, seed: int, rounds: int) -> Iterator[np.ndarray]:
        """Yield how often each person is drawn, (block of rounds, people), in the order of `by_person`."""
        people = pd.unique(self.users)
        yield from bootstrap_weights(len(people), rounds, np.random.default_rng(seed))


class Resampled(NamedTuple):
    """Metrics of all pairs, and of each set of people that was drawn.

    Attributes:
        value: By name.
        rounds: (rounds,) by name, of those that have an interval.
    """

    value: Mapping[str, float]
    rounds: Mapping[str, np.ndarray]

    def minus(self, other: Self) -> "Resampled":
        """Return the differences to other metrics of the same people in the same draws."""
        names = [name for name in self.rounds if name in other.rounds]
        return Resampled(
            {name: self.value[name] - other.value[name] for name in names},
            {name: self.rounds[name] - other.rounds[name] for name in names},
        )

    def intervals(self, level: float = 0.95) -> dict[str, Interval]:
        """Return the percentile intervals; NaN ends for what has none."""
        ends = (1 - level) / 2, (1 + level) / 2
        known = {name: rounds[~np.isnan(rounds)] for name, rounds in self.rounds.items()}
        return {
            name: Interval(
                value,
                *(np.quantile(known[name], ends) if len(known.get(name, ())) else (np.nan, np.nan)),
            )
            for name, value in self.value.items()
        }


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
        liked pairs at the threshold (0 where undefined), and `calibration_error`, the expected calibration
        error `Σ_b |mean probability − share of likes| · weight_b / weight` over ten bins of equal count
        (Naeini et al. 2015; Nixon et al. 2019 for such bins). It has no interval, since drawing again adds
        noise to every bin, which can only raise it, but a companion, `calibration_error_by_chance`: what the
        error would be below in 95 % of cases if the probabilities were right (consistency resampling; Bröcker
        and Smith 2007). Cost: O(rounds × pairs).
    """
    parts = _contributions(outcomes, probabilities, ratings, threshold)
    names, table = list(parts), outcomes.by_person(np.column_stack(list(parts.values())))
    area = _Area(outcomes, probabilities)
    sums, areas = [table.sum(axis=0, keepdims=True)], [area.of(np.ones((1, len(table))))]
    for times in outcomes.draw(seed, rounds):
        sums.append(times @ table)
        areas.append(area.of(times))
    columns = dict(zip(names, np.concatenate(sums).T, strict=True))
    metrics = {**_from_sums(columns), "auc": np.concatenate(areas)}  # all pairs, then the draws
    value = {name: float(one[0]) for name, one in metrics.items()}
    value["calibration_error"] = calibration_error(outcomes, probabilities)
    value["calibration_error_by_chance"] = _error_by_chance(outcomes, probabilities, seed)
    return Resampled(value, {name: one[1:] for name, one in metrics.items()})


def calibration_error(outcomes: Outcomes, probabilities: np.ndarray) -> float:
    """Return the expected calibration error; see `pooled_metrics`."""
    off = outcomes.weights * (probabilities - outcomes.liked)
    return _gap(equal_count_bins(probabilities), off) / float(outcomes.weights.sum())


def _error_by_chance(outcomes: Outcomes, probabilities: np.ndarray, seed: int) -> float:
    """Let chance decide what is liked of the pairs that each one stands for, and which of them are drawn."""
    generator, bins = np.random.default_rng(seed), equal_count_bins(probabilities)
    bounded, pairs = np.clip(probabilities, 0, 1), np.maximum(np.rint(outcomes.weights), 1).astype(int)
    one_like, one_other = (
        float(outcomes.weights[outcomes.liked == kind].max(initial=1)) for kind in (True, False)
    )
    gaps = []
    for _ in range(CHANCES):
        liked = generator.binomial(pairs, bounded)
        likes, others = (
            generator.binomial(liked, 1 / one_like),
            generator.binomial(pairs - liked, 1 / one_other),
        )
        gaps.append(_gap(bins, one_like * likes * (bounded - 1) + one_other * others * bounded))
    return float(np.quantile(gaps, 0.95) / outcomes.weights.sum())


def _gap(bins: np.ndarray, off: np.ndarray) -> float:
    return float(np.abs(np.bincount(bins, off)).sum())


def equal_count_bins(probabilities: np.ndarray, count: int = BINS) -> np.ndarray:
    """Return the bin of each pair, (pairs,); equal probabilities share one, so some may be empty."""
    edges = np.quantile(probabilities, np.linspace(0, 1, count + 1))
    return np.searchsorted(edges[1:-1], probabilities)


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


class _Area:
    """The area under the ROC curve for any draw of the same people, whose pairs are sorted only once."""

    def __init__(self, outcomes: Outcomes, probabilities: np.ndarray) -> None:
        codes, people = pd.factorize(outcomes.users)
        ascending, levels = np.unique(probabilities, return_inverse=True)
        shape = (len(ascending), len(people))
        self._likes, self._others = (
            sp.csr_array((outcomes.weights * kind, (levels, codes)), shape=shape)
            for kind in (outcomes.liked, ~outcomes.liked)
        )
        self._at_once = max(1, _NUMBERS // shape[0])

    def of(self, times: np.ndarray) -> np.ndarray:
        """Return the area of each draw, (draws, people) → (draws,); NaN without both outcomes."""
        areas = [np.zeros(0)]
        for start in range(0, len(times), self._at_once):
            drawn = times[start : start + self._at_once].T  # (people, draws)
            likes, others = self._likes @ drawn, self._others @ drawn  # (levels, draws)
            below = np.cumsum(others, axis=0) - others / 2  # ties count half
            pairs = likes.sum(axis=0) * others.sum(axis=0)
            found = (likes * below).sum(axis=0)
            areas.append(np.divide(found, pairs, out=np.full_like(pairs, np.nan), where=pairs > 0))
        return np.concatenate(areas)
