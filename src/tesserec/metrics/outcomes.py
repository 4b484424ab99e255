"""What happened to pairs, and metrics of it that are resampled by person.

A person's pairs are alike, so a pair tells less than a person: intervals come from drawing people with all
their pairs (cluster bootstrap; Davison and Hinkley 1997, section 3.8).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.metrics.significance import Interval, bootstrap_weights


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
