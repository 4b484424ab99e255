"""The steps from training data to fusion weights and the recommender that serves."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.pipelines.model_training.options import FusionOptions, ModelTrainingOptions, PairOptions
from tesserec.ratings import PairPredictor, find_scale, training_pairs
from tesserec.recommenders import Fusion, Profiles, Recommender, TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.fusion import weighted_fusion
from tesserec.recommenders.lists import score_pairs
from tesserec.recommenders.weights import choose_weights, collect_examples
from tesserec.splits import history
from tesserec.splits.stages import TARGET_SPLIT

logger = logging.getLogger(__name__)

# Enough to order what no other recommender scores, too little to change more than a near tie of others.
FALLBACK_WEIGHT = 1e-3


def learn_fusion_weights(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    options: ModelTrainingOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit every recommender on the training split and learn the fusion's weights on validation targets.

    Returns:
        The weights: recommender, weight and weight_without_history (each summing to 1), and ndcg: NDCG@10 on
        the validation targets; recommenders that the data has nothing for are left out. And the pairs that
        likes and ratings will be learned on: user_id, item_id, value, liked, weight, ranking_score.
    """
    recommenders = fit_all(options.build(), tuning_data)
    task = hold_out(tuning_data, split_interactions, candidates["item_id"], protocol, "tuning")
    drawn = np.random.default_rng(options.fusion.seed).permutation(len(task.profiles))
    task = task.take(np.sort(drawn[: options.fusion.people]))
    known = task.take(np.flatnonzero(task.profiles.liked().lengths))
    weights, ndcg = _weigh(recommenders, known, known.profiles, options.fusion)
    # Whom nothing is known of is learned from people whose history is hidden.
    without_history, _ = _weigh(recommenders, task, task.profiles.without_history(), options.fusion)
    table = pd.DataFrame(
        {
            "recommender": list(recommenders),
            "weight": weights,
            "weight_without_history": without_history,
            "ndcg": ndcg,
        }
    )
    for row in table.sort_values("weight", ascending=False).itertuples():
        logger.info("%-24s NDCG@10 %.4f, weight %.3f", row.recommender, row.ndcg, row.weight)
    pairs = _label_pairs(split_interactions, tuning_data.items.ids, options.pairs)
    fusion = weighted_fusion(recommenders, table)
    return table, pairs.assign(ranking_score=score_pairs(fusion, tuning_data, pairs))


def learn_pair_predictor(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    labelled_pairs: pd.DataFrame,
    options: ModelTrainingOptions,
) -> PairPredictor:
    """Learn to predict ratings and likes of pairs that the training split does not hold."""
    return PairPredictor.fit(
        history(split_interactions, "tuning"),
        labelled_pairs,
        tuning_data.items.ids,
        tuning_data.items.select(options.pairs.blocks),
        find_scale(split_interactions, options.pairs.like_threshold),
        ranking_scores=labelled_pairs["ranking_score"].to_numpy(),
        seed=options.pairs.seed,
    )


def fit_recommender(
    serving_data: TrainingData, fusion_weights: pd.DataFrame, options: ModelTrainingOptions
) -> Fusion:
    """Fit the fusion on everything that is known, for the lists that people will see."""
    weighted = weighted_fusion(options.build(), fusion_weights)
    return Fusion(fit_all(weighted.recommenders, serving_data), weighted.weights)


def _label_pairs(
    split_interactions: pd.DataFrame, item_ids: np.ndarray, options: PairOptions
) -> pd.DataFrame:
    # Whoever dislikes what was held out belongs here too, though a ranking has nothing to find for them.
    held_out = split_interactions[split_interactions["split"] == TARGET_SPLIT["tuning"]]
    drawn = np.random.default_rng(options.seed).permutation(held_out["user_id"].unique())
    return training_pairs(
        history(split_interactions, "tuning"),
        held_out[held_out["user_id"].isin(drawn[: options.people])],
        item_ids,
        find_scale(split_interactions, options.like_threshold),
        unseen_per_pair=options.unseen_per_pair,
        seed=options.seed,
    )


def _weigh(
    recommenders: dict[str, Recommender], task: HeldOut, shown: Profiles, options: FusionOptions
) -> tuple[np.ndarray, list[float]]:
    """Return the weight of each recommender and its NDCG@10, given what is shown of the task's people."""
    taking_part = np.array([name in (*options.recommenders, options.fallback) for name in recommenders])
    if not len(shown):
        # Nothing to learn from, so nothing speaks for one recommender more than for another.
        return taking_part / taking_part.sum(), [np.nan] * len(recommenders)
    examples = collect_examples(
        recommenders, shown, task.targets, task.candidates, options.depth, owned=task.profiles
    )
    ndcg = [float(examples.ndcg(one).mean()) for one in np.eye(len(recommenders))]
    weights = np.zeros(len(recommenders))
    weights[taking_part], fused = choose_weights(
        examples.only(taking_part), options.regularization, options.seed
    )
    logger.info("fusion of %d recommenders: NDCG@10 %.4f by cross-validation", taking_part.sum(), fused)
    # People and items of whom nothing else is known get what is popular, instead of the catalogue's order.
    fallback = list(recommenders).index(options.fallback)
    weights[fallback] = max(weights[fallback], FALLBACK_WEIGHT)
    return weights / weights.sum(), ndcg
