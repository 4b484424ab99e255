"""Why an item is recommended, read off the parts of the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.content import ContentKernel, TextMatch
from tesserec.recommenders.content_popularity import ContentPopularity
from tesserec.recommenders.content_regression import ContentRegression
from tesserec.recommenders.factors import Als
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.neighbours import UserKnn
from tesserec.recommenders.popularity import Popularity
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import entries_at

CITED_ITEMS = 2
# An item of the history that gave less than this share of what the history gave is not worth a mention.
CITED_SHARE = 0.2


@dataclass(frozen=True)
class Evidence:
    """What a score is made of.

    Args:
        shares: Share of the score by source: `content` and `behaviour` (through items of the history),
            `people`, `profile`, `words`, `popularity`; they sum to 1, or there are none if nothing
            raised the score.
        history: For `content` and for `behaviour`, positions of the history items that gave most through it,
            the strongest first.
    """

    shares: Mapping[str, float]
    history: Mapping[str, Sequence[int]]


def source_of(recommender: Recommender) -> str:
    """Return which kind of evidence a recommender draws on."""
    if isinstance(recommender, Popularity | ContentPopularity):
        return "popularity"
    if isinstance(recommender, TextMatch):
        return "words"
    if isinstance(recommender, ContentKernel | ContentRegression):
        return "content"
    if isinstance(recommender, Als):
        return "people"
    if isinstance(recommender, UserKnn):
        return "people" if recommender.block == "history" else "profile"
    # What remains reaches items either through the items of a history or straight from a profile.
    return "behaviour" if type(recommender).item_weights is not Recommender.item_weights else "profile"


def find_evidence(
    fusion: Fusion, profiles: Profiles, shown: Candidates, scores: Mapping[str, Matrix]
) -> list[Evidence]:
    """Split the score of every shown item over its sources and over the items of the history.

    Both splits leave out what lowered the score. What a recommender gave is its exact part of the fused
    score; what a history item gave is its exact part of the recommender's score.

    Args:
        fusion: The fitted fusion.
        profiles: A block of profiles.
        shown: The recommended items of each person.
        scores: (users, items) raw scores of each recommender for the block.

    Returns:
        One piece of evidence per row of `shown`.
    """
    columns = {name: place for place, name in enumerate(fusion.blends.names)}
    gave = np.maximum(fusion.contributions(shown, profiles), 0)  # (rows, recommenders + 1)
    through = {
        name: weights
        for name, recommender in fusion.recommenders.items()
        if (weights := recommender.history_weights(profiles)) is not None
    }
    # Raw scores turn what a recommender gave into what a unit of its score is worth.
    raw = {name: entries_at(scores[name], shown.users, shown.items) for name in through}
    worth = {name: gave[:, columns[name]] / np.where(raw[name] > 0, raw[name], np.inf) for name in through}
    evidence: list[Evidence] = []
    for user, (start, end) in enumerate(pairwise(shown.indptr)):
        rows = slice(start, end)
        history = {
            name: (_row(weights, user), weights.data[_span(weights, user)], worth[name][rows])
            for name, weights in through.items()
        }
        given = {name: gave[rows, columns[name]] for name in fusion.recommenders}
        evidence += _evidence_of(fusion, shown.items[rows], given, history)
    return evidence


def _evidence_of(
    fusion: Fusion,
    items: np.ndarray,
    given: Mapping[str, np.ndarray],
    history: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> list[Evidence]:
    shares: dict[str, np.ndarray] = {}
    for name, recommender in fusion.recommenders.items():
        source = source_of(recommender)
        shares[source] = shares.get(source, 0) + given[name]
    known = np.unique(np.concatenate([np.zeros(0, np.int32), *(row for row, *_ in history.values())]))
    gave = {source_of(fusion.recommenders[name]): np.zeros((len(known), len(items))) for name in history}
    for name, (row, weights, worth) in history.items():
        recommender = fusion.recommenders[name]
        parts = weights[:, None] * recommender.item_weights(row, items) * worth
        gave[source_of(recommender)][np.searchsorted(known, row)] += parts
    total = np.maximum(sum(shares.values()), 1e-12)
    return [
        Evidence(
            {source: float(part[place] / total[place]) for source, part in shares.items() if part[place] > 0},
            {source: _strongest(known, part[:, place]) for source, part in gave.items()},
        )
        for place in range(len(items))
    ]


def _strongest(known: np.ndarray, gave: np.ndarray) -> list[int]:
    positive = np.maximum(gave, 0)
    best = np.argsort(-positive, kind="stable")[:CITED_ITEMS]
    return [int(known[place]) for place in best if positive[place] > CITED_SHARE * positive.sum()]


def _span(matrix: sp.csr_array, row: int) -> slice:
    return slice(matrix.indptr[row], matrix.indptr[row + 1])


def _row(matrix: sp.csr_array, row: int) -> np.ndarray:
    return matrix.indices[_span(matrix, row)]
