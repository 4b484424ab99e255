"""A LambdaMART ranker that corrects a weighted sum of recommenders."""

from functools import lru_cache

import lightgbm
import numpy as np

from tesserec.recommenders.candidates import Candidates

# Trees that learn what the weighted sum leaves over: few, shallow and slow, so that they stay near it. Where
# enough people look for enough different items they can tell more cases apart.
SMALL, LARGE, ENOUGH = (50, 8), (100, 16), 2_000
LEARNING_RATE = 0.05
# A leaf must hold this many rows; and the L2 penalty on its value.
LEAF_ROWS, LEAF_PENALTY = 100, 10.0
# Places of a list whose order counts in learning, and candidates of a person, by the start score, that are
# learned from: what is further behind would hardly come to the front.
TRUNCATION, LEARNED_FROM = 20, 100


def tree_features(candidates: Candidates) -> np.ndarray:
    """Return what the trees split on: scores, places in the lists, and support, (rows, features) float32."""
    return np.concatenate([candidates.scores, candidates.places, candidates.support], axis=1)


def learn_trees(candidates: Candidates, relevant: np.ndarray, start: np.ndarray, seed: int) -> str:
    """Learn trees that are added to a start score so that held-out items rise, as a LightGBM model's text.

    LambdaMART (Burges 2010, MSR-TR-2010-82) as LightGBM has it, with the start score as what is boosted.

    Args:
        candidates: Of people with at least one held-out item among them.
        relevant: (rows,) bool, the held-out items.
        start: (rows,) scores that the trees correct.
        seed: Of the draws of rows and features.
    """
    rows, _ = candidates.leading(start, LEARNED_FROM)
    users, right = candidates.users[rows], relevant[rows]
    enough = min(len(np.unique(users[right])), len(np.unique(candidates.items[rows][right]))) >= ENOUGH
    trees, leaves = LARGE if enough else SMALL
    options = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": TRUNCATION,
        "label_gain": [0, 1],
        "num_leaves": leaves,
        "learning_rate": LEARNING_RATE,
        "min_data_in_leaf": LEAF_ROWS,
        "lambda_l2": LEAF_PENALTY,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    learned_from = lightgbm.Dataset(
        tree_features(candidates.take_rows(rows)),
        right.astype(int),
        group=np.unique(users, return_counts=True)[1],
        init_score=start[rows],
    )
    return lightgbm.train(options, learned_from, num_boost_round=trees).model_to_string()


def tree_scores(model: str, candidates: Candidates) -> np.ndarray:
    """Return what the trees add to the score of each row, (rows,)."""
    return np.asarray(_booster(model).predict(tree_features(candidates)))


def tree_contributions(model: str, candidates: Candidates) -> np.ndarray:
    """Split what the trees add over the recommenders, exactly, (rows, recommenders + 1).

    SHAP values of the trees (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9), the score and the place of
    a recommender taken together. The last column holds what belongs to the supports, and the constant.
    """
    count = candidates.scores.shape[1]
    parts = np.asarray(_booster(model).predict(tree_features(candidates), pred_contrib=True))
    rest = parts[:, 2 * count :].sum(axis=1, keepdims=True)
    return np.concatenate([parts[:, :count] + parts[:, count : 2 * count], rest], axis=1)


def used_features(model: str) -> np.ndarray:
    """Return which features any tree splits on, (features,) bool."""
    return _booster(model).feature_importance() > 0


@lru_cache(maxsize=4)
def _booster(model: str) -> lightgbm.Booster:
    return lightgbm.Booster(model_str=model)
