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
from tesserec.recommenders.ranking import allowed_items, block_size, top_items
from tesserec.recommenders.reasons import find_evidence


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

    Yields:
        user_id, item_id, rank (1 is best), score, reason.
    """
    chinese = languages == "zh"
    with tqdm(total=len(profiles), desc="Recommending", unit="user") as progress:
        for _, block in profiles.in_blocks(block_size(profiles.n_items)):
            scores = {name: model.score(block) for name, model in fusion.recommenders.items()}
            fused = fusion.combine(scores, block)
            lists = top_items(fused, allowed_items(block, candidates, repeats=repeats), list_length)
            spoken = _languages(block, lists, chinese, reason_language)
            evidence = find_evidence(fusion, block, scores, lists)
            reasons = [
                word_reason(one, titles, language)
                for language, of_user in zip(spoken, evidence, strict=True)
                for one in of_user
            ]
            user, place = np.nonzero(lists >= 0)
            items = lists[user, place]
            yield pd.DataFrame(
                {
                    "user_id": block.user_ids[user],
                    "item_id": item_ids[items],
                    "rank": place + 1,
                    "score": fused[user, items],
                    "reason": reasons,
                }
            )
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
    people, person = np.unique(users[known], return_inverse=True)
    for place, block in profiles.take(people).in_blocks(block_size(profiles.n_items)):
        inside = (person >= place.start) & (person < place.stop)
        scores[known[inside]] = fusion.score(block)[person[inside] - place.start, items[known[inside]]]
    return scores


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
