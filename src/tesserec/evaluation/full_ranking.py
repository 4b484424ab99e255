"""Rank all candidates for every held-out user, in blocks, once for all recommenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.evaluation.held_out import HeldOut
from tesserec.features.blocks import Matrix
from tesserec.metrics import auc, ranking_metrics
from tesserec.metrics.names import variant_name
from tesserec.recommenders.base import Recommender, score_all
from tesserec.recommenders.candidates import Candidates, list_items
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.parallel import work_in_blocks
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import (
    DENSE_ITEMS,
    Eligible,
    eligible_items,
    entries_at,
)
from tesserec.reranking import ReRanking

FUSION = "fusion"
# Users whose scores are made dense at once for the area under the curve, where items are too many for all.
DENSE_USERS = 50


@dataclass(frozen=True)
class Ranked:
    """What each recommender put first, and how good that was.

    Args:
        user_metrics: recommender, user_id and a column per metric; a row per recommender and held-out user.
            The fusion's lists after re-ranking count as those of further recommenders, such as
            `fusion, diverse`, which order no other items and so have no area under the curve.
        lists: (users, k) item positions by recommender, best first, -1 where none is left.
        examples: The candidates of the fusion, with the held-out items among them.
    """

    user_metrics: pd.DataFrame
    lists: Mapping[str, np.ndarray]
    examples: Examples


def rank_all(
    recommenders: Mapping[str, Recommender],
    fusion: Fusion,
    task: HeldOut,
    ks: Sequence[int],
    reranking: ReRanking,
) -> Ranked:
    """Judge the recommenders and their fusion on held-out items; no item is sampled.

    Every recommender scores once: the fusion's own recommenders are taken from the same mapping. The fusion
    ranks its candidates; for the area under the curve all other items tie behind them. Each active step after
    ranking is judged alone, then all together, so that its price is seen. Takes `users × items`
    numbers a block of users at a time, whatever the number of users.

    Args:
        recommenders: Fitted recommenders by name, the fusion's among them.
        fusion: Their fusion.
        task: The held-out items; items of a history are left out of its ranking.
        ks: List lengths.
        reranking: What is done to the fusion's lists.
    """

    def rank(place: slice, block: Profiles) -> tuple[Candidates, _Tally]:
        tally = _Tally(ks)
        eligible = eligible_items(block, task.candidates)
        held_out = sp.csr_array(task.targets[place])
        scores = score_all(recommenders, block, eligible.among)
        lists = list_items(scores, eligible, max(fusion.blends.depth, *ks))
        learned = {name: listed[:, : fusion.blends.depth] for name, listed in lists.items()}
        candidates = fusion.propose(learned, scores, block)
        for label, step in reranking.each().items():
            best = _reranked(fusion, scores, block, eligible, step, max(ks))
            tally.add(variant_name(FUSION, label), block, held_out, best, np.nan)
        fused = fusion.score(candidates, block)
        scores[FUSION] = _as_scores(candidates, fused, block.n_items)
        lists[FUSION], _ = candidates.best(fused, max(ks))
        for name, raw in scores.items():
            tally.add(name, block, held_out, lists[name][:, : max(ks)], _areas(raw, held_out, eligible))
        return candidates, tally

    tally, candidates = _Tally(ks), []
    for found, part in work_in_blocks(rank, recommenders, task.profiles, "Ranking for held-out users"):
        tally.extend(part)
        candidates.append(found)
    united = Candidates.join(candidates)
    relevant = entries_at(task.targets, united.users, united.items) > 0
    examples = Examples(united, relevant, np.diff(task.targets.indptr))
    return Ranked(tally.user_metrics(), tally.whole_lists(), examples)


class _Tally:
    """What each recommender put first and how good that was, for one block of people after the other."""

    def __init__(self, ks: Sequence[int]) -> None:
        self._ks = ks
        self._frames: list[pd.DataFrame] = []
        self._lists: dict[str, list[np.ndarray]] = {}

    def add(
        self,
        name: str,
        block: Profiles,
        held_out: sp.csr_array,
        best: np.ndarray,
        areas: np.ndarray | float,
    ) -> None:
        metrics = ranking_metrics(best, held_out, self._ks) | {"auc": areas}
        self._frames.append(pd.DataFrame({"recommender": name, "user_id": block.user_ids, **metrics}))
        self._lists.setdefault(name, []).append(best)

    def extend(self, other: "_Tally") -> None:
        self._frames += other._frames
        for name, lists in other._lists.items():
            self._lists.setdefault(name, []).extend(lists)

    def user_metrics(self) -> pd.DataFrame:
        whole = pd.concat(self._frames, ignore_index=True)
        return whole.sort_values("recommender", kind="stable", ignore_index=True)

    def whole_lists(self) -> dict[str, np.ndarray]:
        return {name: np.concatenate(parts) for name, parts in self._lists.items()}


def _reranked(
    fusion: Fusion,
    scores: Mapping[str, Matrix],
    block: Profiles,
    eligible: Eligible,
    reranking: ReRanking,
    length: int,
) -> np.ndarray:
    """Return the lists as people would see them, (users, length); see `tesserec.recommenders.lists`."""
    wanted = reranking.candidates_needed(length)
    own = {name: scores[name] for name in fusion.recommenders}
    allowed = reranking.restrict(eligible, block.user_ids)
    proposed = fusion.propose(list_items(own, allowed, max(fusion.blends.depth, wanted)), own, block)
    best, _ = reranking.rerank(*proposed.best(fusion.score(proposed, block), wanted), length)
    return best


def _as_scores(candidates: Candidates, scores: np.ndarray, n_items: int) -> sp.csr_array:
    """Return the candidates' scores as a sparse matrix, all above 0, so that other items come last."""
    positive = scores - scores.min(initial=0) + 1
    triple = (positive.astype(np.float64), candidates.items, candidates.indptr)
    return sp.csr_array(triple, shape=(len(candidates.indptr) - 1, n_items))


def _areas(scores: Matrix, held_out: sp.csr_array, eligible: Eligible) -> np.ndarray:
    users, items = scores.shape
    at_once = users if items <= DENSE_ITEMS else DENSE_USERS
    parts = [np.zeros(0)]
    for start in range(0, users, max(at_once, 1)):
        place = np.arange(start, min(start + at_once, users))
        part = scores[place] if isinstance(scores, np.ndarray) else scores[place].toarray()
        parts.append(auc(part, held_out[place], eligible.take(place).dense()))
    return np.concatenate(parts)
