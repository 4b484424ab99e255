"""Recommendation lists with reasons for everyone."""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from tqdm import tqdm

from tesserec.features.blocks import positions
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.phrases import Language, word_reason
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import block_size, eligible_items
from tesserec.recommenders.reasons import find_evidence
from tesserec.reranking import ReRanking


def recommend(
    fusion: Fusion,
    profiles: Profiles,
    item_ids: np.ndarray,
    titles: Sequence[str],
    languages: np.ndarray,
    candidates: np.ndarray | None,
    list_length: int,
    *,
    repeats: bool,
    reason_language: Literal["auto"] | Language,
    reranking: ReRanking,
) -> Iterator[pd.DataFrame]:
    """Yield the best items of each person with a reason, a block of people at a time.

    Args:
        fusion: A fitted fusion.
        profiles: The people.
        item_ids: (items,) ids.
        titles: (items,) what the items are called in reasons.
        languages: (items,) language of each item's text; decides the language of reasons under `auto`.
        candidates: Positions of the items that may be recommended; None: all.
        list_length: Items per person, or as many as are left.
        repeats: Allow items that a person already has.
        reason_language: `en`, `zh`, or `auto`: Chinese for people most of whose items are Chinese.
        reranking: What is done to the lists after they were ranked.

    Yields:
        user_id, item_id, rank (1 is best), score, reason.
    """
    chinese = languages == "zh"
    wanted = reranking.candidates_needed(list_length)
    with tqdm(total=len(profiles), desc="Recommending", unit="user") as progress:
        for _, block in profiles.in_blocks(block_size(profiles.n_items)):
            eligible = eligible_items(block, candidates, repeats=repeats)
            scores = fusion.raw_scores(block)
            proposed = fusion.propose(scores, block, reranking.restrict(eligible, block.user_ids), wanted)
            fused = fusion.score(proposed, block)
            items, values = proposed.best(fused, wanted)
            lists, listed_scores = reranking.rerank(items, values, list_length)
            spoken = _languages(block, lists, chinese, reason_language)
            shown = proposed.at(lists)
            evidence = zip(shown.users, find_evidence(fusion, block, shown, scores), strict=True)
            reasons = [word_reason(one, titles, spoken[user]) for user, one in evidence]
            yield _table(block.user_ids, item_ids, lists, listed_scores, reasons)
            progress.update(len(block))


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
    for place, block in profiles.take(people).in_blocks(block_size(profiles.n_items)):
        inside = (person >= place.start) & (person < place.stop)
        rows = known[inside]
        scores[rows] = fusion.score_pairs(block, person[inside] - place.start, items[rows])
    return scores


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
