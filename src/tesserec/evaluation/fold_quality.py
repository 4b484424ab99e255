"""How good recommenders are on a fold: each alone, and all of them blended."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.evaluation.folds import Fold
from tesserec.metrics import ranking_metrics
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.blend import Form
from tesserec.recommenders.blend_learning import BlendLearner
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.gates import GATES
from tesserec.recommenders.ranking import block_size, eligible_items, top_items

K = 10


def ndcg_alone(model: Recommender, fold: Fold) -> np.ndarray:
    """Fit a recommender on a fold, and return NDCG@10 of its own list for each person, (users,)."""
    task, model = fold.task, model.fit(fold.data)
    model.prepare()
    lists = [np.zeros((0, K), dtype=np.int64)]
    for _, block in task.profiles.in_blocks(block_size(task.profiles.n_items)):
        eligible = eligible_items(block, task.candidates)
        lists.append(top_items(model.score(block, eligible.among), eligible, K))
    return ranking_metrics(np.concatenate(lists), sp.csr_matrix(task.targets), [K])[f"ndcg@{K}"]


def ndcg_fused(examples: Sequence[Examples], learner: BlendLearner) -> list[np.ndarray]:
    """Return NDCG@10 of each fold's people under a blend that was learned on all other folds, (users,) each.

    The blend is the form that `BlendLearner.choose` starts from: it is the recommenders that are compared
    here.

    Args:
        examples: The candidates of the people of each fold, with columns for the same recommenders.
        learner: What learns to blend them.
    """
    form = Form() if learner.new_items else Form(GATES)
    ndcg = []
    for number, judged in enumerate(examples):
        others = Examples.join([*examples[:number], *examples[number + 1 :]])
        ndcg.append(judged.ndcg(learner.learn(form, others).score(judged.candidates), K))
    return ndcg
