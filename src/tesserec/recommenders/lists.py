"""Recommendation lists with reasons for everyone."""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from tesserec.features.blocks import FeatureBlocks, positions
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.candidates import Candidates, list_items
from tesserec.recommenders.cards import ItemCards
from tesserec.recommenders.evidence_table import tabulate_evidence
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.parallel import work_in_blocks
from tesserec.recommenders.phrases import Language, word_reason
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import eligible_items
from tesserec.recommenders.reasons import Evidence, find_evidence
from tesserec.reranking import ReRanking


def recommend(
    fusion: Fusion,
    profiles: Profiles,
    items: FeatureBlocks,
    cards: ItemCards,
    candidates: np.ndarray | None,
    list_length: int,
    *,
    repeats: bool,
    reason_language: Literal["auto"] | Language,
    reranking: ReRanking,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the best items of each person with a reason and its evidence, a block of people at a time.

    The reasons take time in proportion to `users · list length · history`, for each recommender that has a
    share in the score, and the evidence some eleven rows of 80 bytes for each recommended item.

    Args:
        fusion: A fitted fusion.
        profiles: The people.
        items: Ids of the items, and names of the columns of their blocks.
        cards: What the items are called and about.
        candidates: Positions of the items that may be recommended; None: all.
        list_length: Items per person, or as many as are left.
        repeats: Allow items that a person already has.
        reason_language: `en`, `zh`, or `auto`: Chinese for people most of whose items are Chinese.
        reranking: What is done to the lists after they were ranked.

    Yields:
        user_id, item_id, rank (1 is best), score, reason; and `tabulate_evidence` of these.
    """
    chinese = cards.languages == "zh"
    wanted = reranking.candidates_needed(list_length)
    length = max(fusion.blends.depth, wanted)

    def list_for(_: slice, block: Profiles) -> tuple[pd.DataFrame, pd.DataFrame]:
        eligible = eligible_items(block, candidates, repeats=repeats)
        allowed = reranking.restrict(eligible, block.user_ids)
        scores = fusion.raw_scores(block, allowed.among)
        proposed = fusion.propose(list_items(scores, allowed, length), scores, block)
        best, values = proposed.best(fusion.score(proposed, block), wanted)
        lists, listed_scores = reranking.rerank(best, values, list_length)
        spoken = _languages(block, lists, chinese, reason_language)
        shown = proposed.at(lists)
        evidence = find_evidence(fusion, block, shown, scores, items.names)
        reasons = _reasons(shown, evidence, cards, spoken)
        table = _table(block.user_ids, items.ids, lists, listed_scores, reasons)
        return table, tabulate_evidence(table, evidence, items.ids)

    yield from work_in_blocks(list_for, fusion.recommenders, profiles, "Recommending")


def score_pairs(fusion: Fusion, data: TrainingData, pairs: pd.DataFrame) -> np.ndarray:
    """Return the fused score of each pair, (pairs,); NaN where the user or the item is unknown.

    Args:
        fusion: A fitted fusion.
        data: The people's profiles and the items.
        pairs: user_id, item_id.
    """
    profiles = data.profiles
    users, items = positions(profiles.user_ids, pairs["user_id"]), positions(data.items.ids, pairs["item_id"])
    scores = np.full(len(users), np.nan)
    known = np.flatnonzero((users >= 0) & (items >= 0))
    known = known[np.argsort(users[known], kind="stable")]
    people, person = np.unique(users[known], return_inverse=True)

    def score_of(place: slice, block: Profiles) -> tuple[np.ndarray, np.ndarray]:
        inside = (person >= place.start) & (person < place.stop)
        rows = known[inside]
        return rows, fusion.score_pairs(block, person[inside] - place.start, items[rows])

    asked = profiles.take(people)
    for rows, found in work_in_blocks(score_of, fusion.recommenders, asked, "Scoring pairs"):
        scores[rows] = found
    return scores


def _reasons(
    shown: Candidates, evidence: Sequence[Evidence], cards: ItemCards, spoken: Sequence[Language]
) -> list[str]:
    told = zip(shown.users, shown.items, evidence, strict=True)
    return [
        word_reason(one, cards.titles, spoken[user], cards.shared(item, one, spoken[user]))
        for user, item, one in told
    ]


def _table(
    user_ids: np.ndarray,
    item_ids: np.ndarray,
    lists: np.ndarray,
    scores: np.ndarray,
    reasons: Sequence[str],
) -> pd.DataFrame:
    """Return a row per listed item; a list of fewer items ends in -1."""
    user, place = np.nonzero(lists >= 0)
    return pd.DataFrame(
        {
            "user_id": user_ids[user],
            "item_id": item_ids[lists[user, place]],
            "rank": place + 1,
            "score": scores[user, place],
            "reason": reasons,
        }
    )


def _languages(
    profiles: Profiles, lists: np.ndarray, chinese: np.ndarray, wanted: Literal["auto"] | Language
) -> list[Language]:
    if wanted != "auto":
        return [wanted] * len(profiles)
    spoken: list[Language] = []
    for user, listed in enumerate(lists):
        known = profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]]
        shown = known if len(known) else listed[listed >= 0]
        spoken.append("zh" if len(shown) and chinese[shown].mean() > 1 / 2 else "en")
    return spoken
