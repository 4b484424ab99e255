"""Rank all candidates for every held-out user, in blocks, once for all recommenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from tqdm import tqdm

from tesserec.evaluation.held_out import HeldOut
from tesserec.features.blocks import Matrix
from tesserec.metrics import auc, ranking_metrics
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.ranking import Eligible, block_size, eligible_items, entries_at, top_items

FUSION = "fusion"
# Users whose scores are made dense at once for the area under the curve, where they are sparse.
DENSE_USERS = 50


@dataclass(frozen=True)
class Ranked:
    """What each recommender put first, and how good that was.

    Args:
        user_metrics: recommender, user_id and a column per metric; a row per recommender and held-out user.
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
) -> Ranked:
    """Judge the recommenders and their fusion on held-out items; no item is sampled.

    Every recommender scores once: the fusion's own recommenders are taken from the same mapping. The fusion
    ranks its candidates; for the area under the curve all other items tie behind them. Takes `users × items`
    numbers a block of users at a time, whatever the number of users.

    Args:
        recommenders: Fitted recommenders by name, the fusion's among them.
        fusion: Their fusion.
        task: The held-out items; items of a history are left out of its ranking.
        ks: List lengths.
    """
    frames: list[pd.DataFrame] = []
    lists: dict[str, list[np.ndarray]] = {}
    candidates: list[Candidates] = []
    with tqdm(total=len(task.profiles), desc="Ranking for held-out users", unit="user") as progress:
        for place, block in task.profiles.in_blocks(block_size(task.profiles.n_items)):
            eligible = eligible_items(block, task.candidates)
            held_out = sp.csr_array(task.targets[place])
            scores: dict[str, Matrix] = {name: one.score(block) for name, one in recommenders.items()}
            candidates.append(fusion.propose(scores, block, eligible))
            scores[FUSION] = _as_scores(candidates[-1], fusion.score(candidates[-1], block), block.n_items)
            for name, raw in scores.items():
                best = top_items(raw, eligible, max(ks))
                metrics = ranking_metrics(best, held_out, ks)
                metrics["auc"] = _areas(raw, held_out, eligible)
                frames.append(pd.DataFrame({"recommender": name, "user_id": block.user_ids, **metrics}))
                lists.setdefault(name, []).append(best)
            progress.update(len(block))
    user_metrics = pd.concat(frames, ignore_index=True)
    user_metrics = user_metrics.sort_values("recommender", kind="stable", ignore_index=True)
    united = Candidates.join(candidates)
    relevant = entries_at(task.targets, united.users, united.items) > 0
    return Ranked(
        user_metrics,
        {name: np.concatenate(parts) for name, parts in lists.items()},
        Examples(united, relevant, np.diff(task.targets.indptr)),
    )


def _as_scores(candidates: Candidates, scores: np.ndarray, n_items: int) -> sp.csr_array:
    """Return the candidates' scores as a sparse matrix, all above 0, so that other items come last."""
    positive = scores - scores.min(initial=0) + 1
    triple = (positive.astype(np.float64), candidates.items, candidates.indptr)
    return sp.csr_array(triple, shape=(len(candidates.indptr) - 1, n_items))


def _areas(scores: Matrix, held_out: sp.csr_array, eligible: Eligible) -> np.ndarray:
    if isinstance(scores, np.ndarray):
        return auc(scores, held_out, eligible.dense())
    parts = []
    for start in range(0, scores.shape[0], DENSE_USERS):
        users = np.arange(start, min(start + DENSE_USERS, scores.shape[0]))
        parts.append(auc(scores[users].toarray(), held_out[users], eligible.take(users).dense()))
    return np.concatenate(parts)
