"""Candidates and blends for tests, made without fitting anything."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tesserec.recommenders.blend import Blend, Blends, Form
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.support import SUPPORTS


def blend_of(weights: Mapping[str, float], names: Sequence[str]) -> Blend:
    """A weighted sum with the given weights, the same for all."""
    return Blend(list(names), np.array([[weights.get(name, 0.0)] for name in names]), Form())


def blends_of(
    history: Mapping[str, float], no_history: Mapping[str, float] | None = None, depth: int = 50
) -> Blends:
    """Weighted sums for both groups of people; the same if only one is given."""
    no_history = history if no_history is None else no_history
    names = list(dict.fromkeys([*history, *no_history]))
    return Blends(blend_of(history, names), blend_of(no_history, names), depth)


def candidates_of(
    scores: np.ndarray, lengths: Sequence[int], support: np.ndarray | None = None
) -> Candidates:
    """Candidates with the given (rows, recommenders) scores; items are numbered from 0 for each person."""
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    places = np.concatenate(
        [
            np.log1p(np.argsort(np.argsort(-scores[start:end], axis=0), axis=0))
            for start, end in pairwise(indptr)
        ]
    )
    if support is None:
        support = np.zeros((len(scores), len(SUPPORTS)))
    return Candidates(
        indptr,
        np.concatenate([np.arange(length) for length in lengths]),
        scores.astype(np.float32),
        places.astype(np.float32),
        support.astype(np.float32),
    )


def planted(
    mixture: Sequence[float], people: int = 800, items: int = 12, seed: int = 0, gated: bool = False
) -> Examples:
    """Everybody picks one item by the odds that a mixture of the recommenders' scores gives.

    Under `gated` the first recommender counts only as far as the history is long, the others as far as it is
    short.
    """
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(people, items, len(mixture)))
    support = np.zeros((people, items, len(SUPPORTS)))
    support[:, :, 0] = generator.random((people, 1))
    known = support[:, :, :1]
    gates = np.concatenate([known, *[1 - known] * (len(mixture) - 1)], axis=2) if gated else 1
    odds = (scores * gates) @ np.array(mixture) + generator.gumbel(size=(people, items))
    relevant = np.zeros((people, items), bool)
    relevant[np.arange(people), odds.argmax(axis=1)] = True
    flat = scores.reshape(-1, len(mixture))
    rows = candidates_of(flat, [items] * people, support.reshape(-1, len(SUPPORTS)))
    return Examples(rows, relevant.ravel(), np.ones(people, int))
