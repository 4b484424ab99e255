"""Rank all candidates for every held-out user, in blocks, once for all recommenders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from tqdm import tqdm

from tesserec.evaluation.held_out import HeldOut
from tesserec.metrics import auc, ranking_metrics
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import allowed_items, block_size, top_items

FUSION = "fusion"


@dataclass(frozen=True)
class Ranked:
    """What each recommender put first, and how good that was.

    Args:
        user_metrics: recommender, user_id and a column per metric; a row per recommender and held-out user.
        lists: (users, k) item positions by recommender, best first, -1 where none is left.
    """

    user_metrics: pd.DataFrame
    lists: Mapping[str, np.ndarray]


def rank_all(
    recommenders: Mapping[str, Recommender],
    fusion: Fusion,
    task: HeldOut,
    ks: Sequence[int],
) -> Ranked:
    """Judge the recommenders and their fusion on held-out items; nothing is sampled.

    Every recommender scores once: the fusion's own recommenders are taken from the same mapping. Takes
    `users × items` numbers a block of users at a time, whatever the number of users.

    Args:
        recommenders: Fitted recommenders by name, the fusion's among them.
        fusion: Their fusion.
        task: The held-out items; items of a history are left out of its ranking.
        ks: List lengths.
    """
    frames: list[pd.DataFrame] = []
    lists: dict[str, list[np.ndarray]] = {}
    size = block_size(task.profiles.n_items)
    with tqdm(total=len(task.profiles), desc="Ranking for held-out users", unit="user") as progress:
        for place, block in task.profiles.in_blocks(size):
            allowed = allowed_items(block, task.candidates)
            held_out = sp.csr_array(task.targets[place])
            for name, scores in _scored(recommenders, fusion, block):
                best = top_items(scores, allowed, max(ks))
                metrics = ranking_metrics(best, held_out, ks)
                metrics["auc"] = auc(scores, held_out, allowed)
                frames.append(pd.DataFrame({"recommender": name, "user_id": block.user_ids, **metrics}))
                lists.setdefault(name, []).append(best)
            progress.update(len(block))
    user_metrics = pd.concat(frames, ignore_index=True)
    user_metrics = user_metrics.sort_values("recommender", kind="stable", ignore_index=True)
    return Ranked(user_metrics, {name: np.concatenate(parts) for name, parts in lists.items()})


def _scored(
    recommenders: Mapping[str, Recommender], fusion: Fusion, block: Profiles
) -> Iterator[tuple[str, np.ndarray]]:
    scores = {name: recommender.score(block) for name, recommender in recommenders.items()}
    yield from scores.items()
    yield FUSION, fusion.combine(scores, block)
