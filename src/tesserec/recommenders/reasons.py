"""Why an item is recommended, read off the parts of the score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.citing import cite_features, cite_history
from tesserec.recommenders.content import ContentKernel, ContentTaste, TextMatch
from tesserec.recommenders.content_popularity import ContentPopularity
from tesserec.recommenders.content_regression import ContentRegression
from tesserec.recommenders.factors import Als
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.named import Names
from tesserec.recommenders.neighbours import UserKnn
from tesserec.recommenders.popularity import Popularity
from tesserec.recommenders.profiles import Profiles

# A second source is mentioned if it gave at least this share of the score.
MENTIONED = 0.25
# Item blocks that say of what kind an item is; what a person has of them are attributes.
ATTRIBUTES = {"categories", "numbers", "relations"}
_SOURCES: Mapping[str, tuple[type[Recommender], ...]] = {
    "popularity": (Popularity, ContentPopularity),
    "words": (TextMatch,),
    "content": (ContentKernel, ContentTaste, ContentRegression),
    "people": (Als,),
}
# What cannot be told without an item of the history to name.
OF_HISTORY = {"content", "behaviour", "attributes"}
# What names words and attributes of the person; other sources name those of items.
OF_PERSON = {"words", "profile"}


@dataclass(frozen=True)
class Evidence:
    """What a score is made of.

    Args:
        shares: Share of the score by source: `content`, `behaviour` and `people` (through items of the
            history), `attributes`, `profile`, `words`, `popularity`; they sum to 1, or there are none if
            nothing raised the score.
        history: By source, positions of the history items that gave most through it, each with its share of
            the score, the strongest first.
        features: By source, names of the words, texts or attributes that gave most, with their shares.
    """

    shares: Mapping[str, float]
    history: Mapping[str, Mapping[int, float]]
    features: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def told(self) -> list[str]:
        """The one or two sources that are worth telling, the strongest first."""
        ranked = sorted(self.shares, key=lambda source: -self.shares[source])
        usable = [
            source
            for source in ranked
            if source not in OF_HISTORY or self.history.get(source) or self.features.get(source)
        ]
        return usable[:1] + [source for source in usable[1:2] if self.shares[source] >= MENTIONED]


def source_of(recommender: Recommender) -> str:
    """Return which kind of evidence a recommender draws on."""
    if isinstance(recommender, ContentKernel | ContentTaste) and recommender.block in ATTRIBUTES:
        return "attributes"
    if isinstance(recommender, UserKnn):
        return "people" if recommender.block == "history" else "profile"
    for source, kinds in _SOURCES.items():
        if isinstance(recommender, kinds):
            return source
    # What remains reaches items either through the items of a history or straight from a profile.
    return "behaviour" if type(recommender).item_weights is not Recommender.item_weights else "profile"


def find_evidence(
    fusion: Fusion,
    profiles: Profiles,
    shown: Candidates,
    scores: Mapping[str, Matrix],
    item_names: Names = MappingProxyType({}),
) -> list[Evidence]:
    """Split the score of every shown item over its sources, the items of the history and named features.

    All splits leave out what lowered the score. What a recommender gave is its exact part of the fused
    score; what a history item or a feature gave is its exact part of the recommender's score, scaled down
    where such parts together exceed what the source gave, because others lowered it.

    Takes time of a number for every shown item, item of the history and recommender: `users · list length ·
    history · recommenders`; memory is bounded, because shown items are worked on in blocks.

    Args:
        fusion: The fitted fusion.
        profiles: A block of profiles.
        shown: The recommended items of each person.
        scores: (users, items) raw scores of each recommender for the block.
        item_names: Names of the columns of item blocks; without them no word is cited. Texts are where the
            profiles have them.

    Returns:
        One piece of evidence per row of `shown`.
    """
    columns = {name: place for place, name in enumerate(fusion.blends.names)}
    parts = np.maximum(fusion.contributions(shown, profiles), 0)  # (rows, recommenders + 1)
    gave = {name: parts[:, columns[name]] for name in fusion.recommenders}
    sources = {name: source_of(one) for name, one in fusion.recommenders.items()}
    total = np.maximum(sum(gave.values()), 1e-12)
    shares: dict[str, np.ndarray] = {}
    for name, part in gave.items():
        shares[sources[name]] = shares.get(sources[name], 0) + part / total
    # What a unit of a recommender's own score is worth, in shares of the fused score.
    worth = {}
    for name, recommender in fusion.recommenders.items():
        raw = recommender.score_pairs(profiles, scores[name], shown.users, shown.items)
        worth[name] = gave[name] / np.where(raw > 0, raw, np.inf) / total
    history = cite_history(fusion.recommenders, sources, profiles, shown, worth, shares)
    features = cite_features(fusion.recommenders, sources, profiles, shown, worth, item_names)
    return [
        Evidence(
            {source: float(part[row]) for source, part in shares.items() if part[row] > 0},
            {source: items[row] for source, items in history.items()},
            {source: names[row] for source, names in features.items() if names[row]},
        )
        for row in range(len(shown.items))
    ]
