"""Whether probabilities are the shares that they say."""

import numpy as np
import pandas as pd

from tesserec.metrics.outcomes import Outcomes, Resampled

BINS = 10
CHANCES = 200


def calibration_points(
    outcomes: Outcomes, probabilities: np.ndarray, *, seed: int, rounds: int = 1000
) -> pd.DataFrame:
    """Compare probabilities with shares of likes in ten bins of equal count.

    Args:
        outcomes: What happened; at least one pair.
        probabilities: (pairs,).
        seed: Of the draws of people behind the intervals.
        rounds: Number of draws.

    Returns:
        A row per bin that is not empty: `x` (mean probability), `y` (share of likes), `low`, `high` (95 %
        interval of the share, from drawing people), `pairs` (rows, whatever they stand for).
    """
    _, bins = np.unique(equal_count_bins(probabilities), return_inverse=True)
    weights = np.eye(bins.max() + 1)[bins] * outcomes.weights[:, None]  # (pairs, bins)
    wholes, liked = outcomes.by_person(weights), outcomes.by_person(weights * outcomes.liked[:, None])
    shares = liked.sum(axis=0) / wholes.sum(axis=0)
    drawn = []
    for times in outcomes.draw(seed, rounds):
        likes, pairs = times @ liked, times @ wholes
        drawn.append(np.divide(likes, pairs, out=np.full_like(likes, np.nan), where=pairs > 0))
    names = [str(number) for number in range(len(shares))]
    rounds_of = dict(zip(names, np.concatenate(drawn).T, strict=True))
    intervals = Resampled(dict(zip(names, shares.tolist(), strict=True)), rounds_of).intervals()
    return pd.DataFrame({
        "x": probabilities @ weights / weights.sum(axis=0),
        "y": shares,
        "low": [intervals[name].low for name in names],
        "high": [intervals[name].high for name in names],
        "pairs": np.bincount(bins),
    })  # fmt: skip


def calibration_error(outcomes: Outcomes, probabilities: np.ndarray) -> float:
    """Return the expected calibration error, `Σ_b |mean probability − share of likes| · weight_b / weight`.

    Over ten bins of equal count (Naeini et al. 2015; Nixon et al. 2019 for such bins).

    Args:
        outcomes: What happened; at least one pair.
        probabilities: (pairs,).
    """
    off = outcomes.weights * (probabilities - outcomes.liked)
    return _gap(equal_count_bins(probabilities), off) / float(outcomes.weights.sum())


def error_by_chance(outcomes: Outcomes, probabilities: np.ndarray, seed: int) -> float:
    """Return what the calibration error stays below in 95 % of cases if the probabilities are right.

    Chance decides what is liked of the pairs that each one stands for, and which of them are drawn
    (consistency resampling; Bröcker and Smith 2007). It ignores that the pairs of a person are alike, which
    makes larger errors likelier.

    Args:
        outcomes: What happened, of which only the weights count, the same for all liked and for all others.
        probabilities: (pairs,).
        seed: Of 200 draws.
    """
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


def equal_count_bins(probabilities: np.ndarray, count: int = BINS) -> np.ndarray:
    """Return the bin of each pair, (pairs,); equal probabilities share one, so some may be empty."""
    edges = np.quantile(probabilities, np.linspace(0, 1, count + 1))
    return np.searchsorted(edges[1:-1], probabilities)


def _gap(bins: np.ndarray, off: np.ndarray) -> float:
    return float(np.abs(np.bincount(bins, off)).sum())
