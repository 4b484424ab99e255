"""How sure a mean over users, or a difference between two recommenders, is."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

# Draws held in memory at once; 4 million float64 weights are 32 MB.
_DRAWS_PER_BLOCK = 4_000_000


class Interval(NamedTuple):
    """A mean with the ends of its interval; floats, or arrays with one entry per column."""

    value: np.ndarray | float
    low: np.ndarray | float
    high: np.ndarray | float


class Difference(NamedTuple):
    """A mean paired difference, its interval, and the two-sided p-value; floats, or arrays per pair."""

    value: np.ndarray | float
    low: np.ndarray | float
    high: np.ndarray | float
    p_value: np.ndarray | float


def bootstrap_interval(
    values: np.ndarray, generator: np.random.Generator, rounds: int = 1000, level: float = 0.95
) -> Interval:
    """Percentile bootstrap interval of the mean over users (Efron 1979).

    All columns share the draws, so a whole table of metrics costs little more than one.

    Args:
        values: (users,) or (users, metrics); NaN where a user has no value, and then skipped.
        generator: Source of the draws.
        rounds: Number of resampled sets of users.
        level: Probability that the interval is meant to hold.

    Returns:
        The mean and its interval: floats for (users,), arrays for (users, metrics); NaN without any value.
    """
    table = (values[:, None] if values.ndim == 1 else values).astype(float)
    known = ~np.isnan(table)
    filled = np.where(known, table, 0.0)
    means = _ratio(filled.sum(axis=0), known.sum(axis=0))
    resampled = np.concatenate(
        [  # (rounds, metrics)
            _ratio(times_drawn @ filled, times_drawn @ known)
            for times_drawn in bootstrap_weights(len(table), rounds, generator)
        ]
    )
    low, high = (_quantiles(resampled, quantile) for quantile in ((1 - level) / 2, (1 + level) / 2))
    if values.ndim == 1:
        return Interval(float(means[0]), float(low[0]), float(high[0]))
    return Interval(means, low, high)


def interval_table(
    values: pd.DataFrame, generator: np.random.Generator, rounds: int = 1000, level: float = 0.95
) -> pd.DataFrame:
    """Put the mean of each column over users, with its bootstrap interval, into a table.

    Args:
        values: (users, columns), NaN where a user has no value; the columns are named, on one level or more.
        generator: Source of the draws, which all columns share.
        rounds: Number of resampled sets of users.
        level: Probability that the interval is meant to hold.

    Returns:
        A row per column: its name on each level, `value, low, high`, and `users` who have a value.
    """
    interval = bootstrap_interval(values.to_numpy(float), generator, rounds, level)
    names = values.columns.to_frame(index=False)
    return names.assign(**interval._asdict(), users=values.notna().sum().to_numpy())


def paired_difference(
    first: np.ndarray,
    second: np.ndarray,
    generator: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
    flips: int = 100_000,
) -> Difference:
    """Mean of `first - second` over the same users: bootstrap interval and randomisation test.

    Under the hypothesis of no difference each user's difference could as well have the other sign; the
    p-value is the share of random sign flips (the observed one included) whose mean is at least as far
    from 0 (Fisher's randomisation test; Smucker et al. 2007 for rankings).

    Args:
        first: (users,) or (users, pairs) metric of one recommender, or of one per pair.
        second: Metric of the other, same shape, same users in the same order; a user with a NaN in either is
            skipped.
        generator: Source of the draws.
        rounds: Number of resampled sets of users.
        level: Probability that the interval is meant to hold.
        flips: Number of random sign flips; no p-value is below `1 / (flips + 1)`.

    Returns:
        The difference: floats for (users,), arrays for (users, pairs); NaN if no user has both values.

    Raises:
        ValueError: If the two have different shapes.
    """
    if first.shape != second.shape:
        raise ValueError(f"values of shape {first.shape} cannot be paired with {second.shape}")
    differences = np.asarray(first - second, dtype=float)
    interval = bootstrap_interval(differences, generator, rounds, level)
    filled = np.nan_to_num(differences)  # an unknown difference is 0 with either sign
    # A tolerance, because sums of the same numbers in another order differ in the last digits.
    observed = np.abs(filled.sum(axis=0)) * (1 - 1e-12)
    as_far = np.zeros(filled.shape[1:])
    for signs in _random_signs(len(filled), flips, generator):  # (block of flips, users)
        as_far += (np.abs(signs @ filled) >= observed).sum(axis=0)
    p_values = np.where(np.isnan(interval.value), np.nan, (as_far + 1) / (flips + 1))
    return Difference(*interval, p_values if filled.ndim > 1 else float(p_values))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct the p-values of a family of tests for their number (Holm 1979, step-down).

    The smallest of n p-values is multiplied by n, the next by n - 1, and so on, and none may fall below one
    before it. If all that are at most `a` afterwards count as real, then some difference that is none is
    among them with a probability of at most `a`, however the tests depend on each other, and whichever of
    them one looks at after seeing all.

    Args:
        p_values: (tests,); NaN is no test.

    Returns:
        (tests,) corrected p-values in the same order, at most 1; NaN where there was NaN.
    """
    corrected = np.full(len(p_values), np.nan)
    order = np.argsort(p_values, kind="stable")[: np.count_nonzero(~np.isnan(p_values))]  # NaN sorts last
    stepped = np.asarray(p_values)[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected


def _blocks(users: int, rounds: int) -> Iterator[int]:
    """Yield how many rounds to draw at once until all are drawn."""
    size = max(1, _DRAWS_PER_BLOCK // max(users, 1))
    for start in range(0, rounds, size):
        yield min(size, rounds - start)


def bootstrap_weights(users: int, rounds: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield (block of rounds, users): how often each user is drawn in each round."""
    for size in _blocks(users, rounds):
        if not users:
            yield np.zeros((size, 0))
            continue
        drawn = generator.integers(0, users, (size, users)) + np.arange(size)[:, None] * users
        yield np.bincount(drawn.ravel(), minlength=size * users).reshape(size, users).astype(float)


def _random_signs(users: int, rounds: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield (block of rounds, users) of -1 and 1."""
    for size in _blocks(users, rounds):
        yield generator.integers(0, 2, (size, users), dtype=np.int8) * 2.0 - 1.0


def _ratio(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)


def _quantiles(resampled: np.ndarray, quantile: float) -> np.ndarray:
    """Quantile of each column of (rounds, metrics), NaN for a column without any value."""
    empty = np.isnan(resampled).all(axis=0)
    return np.where(empty, np.nan, np.nanquantile(np.where(empty, 0.0, resampled), quantile, axis=0))
