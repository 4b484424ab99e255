"""Why an item is recommended, read off the parts of the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.content import ContentKernel, ContentTaste, TextMatch
from tesserec.recommenders.content_popularity import ContentPopularity
from tesserec.recommenders.content_regression import ContentRegression
from tesserec.recommenders.factors import Als
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.neighbours import UserKnn
from tesserec.recommenders.popularity import Popularity
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import entries_at
from tesserec.recommenders.sparsity import row_blocks

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
    if isinstance(recommender, ContentKernel | ContentTaste | ContentRegression):
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
    score; what a history item gave is its exact part of the recommender's score. Takes a number for every
    shown item, item of the history and recommender, a block of shown items at a time.

    Args:
        fusion: The fitted fusion.
        profiles: A block of profiles.
        shown: The recommended items of each person.
        scores: (users, items) raw scores of each recommender for the block.

    Returns:
        One piece of evidence per row of `shown`.
    """
    columns = {name: place for place, name in enumerate(fusion.blends.names)}
    parts = np.maximum(fusion.contributions(shown, profiles), 0)  # (rows, recommenders + 1)
    gave = {name: parts[:, columns[name]] for name in fusion.recommenders}
    shares: dict[str, np.ndarray] = {}
    for name, part in gave.items():
        source = source_of(fusion.recommenders[name])
        shares[source] = shares.get(source, 0) + part
    total = np.maximum(sum(shares.values()), 1e-12)
    cited = _cite(fusion, profiles, shown, scores, gave)
    return [
        Evidence(
            {source: float(part[row] / total[row]) for source, part in shares.items() if part[row] > 0},
            {source: items[row] for source, items in cited.items()},
        )
        for row in range(len(shown.items))
    ]


def _cite(
    fusion: Fusion,
    profiles: Profiles,
    shown: Candidates,
    scores: Mapping[str, Matrix],
    gave: Mapping[str, np.ndarray],
) -> dict[str, list[list[int]]]:
    """Return by source, for each shown item, the items of the history that gave most through it."""
    users = shown.users
    through, worth = {}, {}
    for name, recommender in fusion.recommenders.items():
        if (weights := recommender.history_weights(profiles)) is not None:
            through[name] = entries_at(weights, profiles.rows, profiles.items)  # (entries,)
            # Raw scores turn what a recommender gave into what a unit of its score is worth.
            raw = recommender.score_pairs(profiles, scores[name], users, shown.items)
            worth[name] = gave[name] / np.where(raw > 0, raw, np.inf)
    cited: dict[str, list[list[int]]] = {source_of(fusion.recommenders[name]): [] for name in through}
    lengths = profiles.lengths[users]
    for block in row_blocks(lengths):
        rows = np.repeat(np.arange(block.start, block.stop), lengths[block])
        starts = profiles.indptr[users[block]] - np.cumsum(lengths[block]) + lengths[block]
        entries = np.arange(len(rows)) + np.repeat(starts, lengths[block])
        given = {source: np.zeros(len(rows), dtype=np.float32) for source in cited}
        for name, weights in through.items():
            some = np.flatnonzero((weights[entries] > 0) & (worth[name][rows] > 0))
            row, entry = rows[some], entries[some]
            each = fusion.recommenders[name].item_weights(profiles.items[entry], shown.items[row])
            given[source_of(fusion.recommenders[name])][some] += weights[entry] * each * worth[name][row]
        for source, part in given.items():
            cited[source] += _strongest(part, profiles.items[entries], rows - block.start, lengths[block])
    return cited


def _strongest(gave: np.ndarray, items: np.ndarray, rows: np.ndarray, lengths: np.ndarray) -> list[list[int]]:
    """Return the items that gave most to each row, the strongest first.

    Args:
        gave: (pairs,) what each item gave.
        items: (pairs,) item positions.
        rows: (pairs,) row of each pair, in ascending order.
        lengths: (rows,) pairs of each row.
    """
    positive = np.maximum(gave, 0)
    total = np.bincount(rows, positive, minlength=len(lengths))
    order = np.lexsort((-positive, rows))
    place = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    best = order[place < CITED_ITEMS]
    best = best[positive[best] > CITED_SHARE * total[rows[best]]]
    cited: list[list[int]] = [[] for _ in lengths]
    for row, item in zip(rows[best].tolist(), items[best].tolist(), strict=True):
        cited[row].append(item)
    return cited
