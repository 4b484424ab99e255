"""The steps from training data to learned blends and the prediction of pairs."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.evaluation.teaching import collect_groups
from tesserec.features.blocks import FUSED, TEXT_BLOCKS
from tesserec.pipelines.model_training.options import FusionOptions, ModelTrainingOptions, PairOptions
from tesserec.protocol import ranks_new_items
from tesserec.ratings import Fold, PairPredictor, find_scale, rolling_folds, training_pairs
from tesserec.recommenders import Fusion, Recommender, TrainingData
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Blends
from tesserec.recommenders.blend_learning import BlendLearner, shares
from tesserec.recommenders.examples import Examples
from tesserec.recommenders.lists import score_pairs
from tesserec.recommenders.support import Support
from tesserec.splits import history
from tesserec.splits.stages import TARGET_SPLIT

logger = logging.getLogger(__name__)


def learn_blends(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    candidates: pd.DataFrame,
    protocol: dict[str, Any],
    options: ModelTrainingOptions,
) -> tuple[Blends, Examples, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Fit every recommender on the training split, and learn from validation targets how to blend them.

    Returns:
        The blends. The people with a history whom they were learned from. What they listen to: recommender,
        weight and weight_without_history (shares of the scores of recommended items, each summing to 1),
        ndcg: NDCG@10 on the validation targets, and reads_text: whether it reads any; recommenders that the
        data has nothing for are left out. The pairs that likes and ratings will be learned on: user_id,
        item_id, value, liked, weight, ranking_score (NaN where there are ratings). And the course of what is
        trained in epochs: recommender, epoch, and what was measured then.
    """
    recommenders = fit_all(options.build(), tuning_data)
    support = Support.of(tuning_data)
    learner = options.fusion.learner(list(recommenders), new_items=ranks_new_items(protocol))
    task = hold_out(tuning_data, split_interactions, candidates["item_id"], protocol, "tuning")
    blends, learned_from, table = _learn_groups(recommenders, support, learner, task, options.fusion)
    for row in table.sort_values("weight", ascending=False).itertuples():
        logger.info("%-24s NDCG@10 %.4f, weight %.3f", row.recommender, row.ndcg, row.weight)
    fusion = Fusion(recommenders, blends, support)
    pairs = _label_pairs(split_interactions, tuning_data, fusion, options.pairs)
    return blends, learned_from, table, pairs, training_curves(recommenders)


def learn_pair_predictor(
    tuning_data: TrainingData,
    split_interactions: pd.DataFrame,
    labelled_pairs: pd.DataFrame,
    options: ModelTrainingOptions,
) -> PairPredictor:
    """Learn to predict ratings and likes of pairs that the histories before them do not hold.

    With ratings and times, past futures of everybody join the validation pairs; without ratings the fused
    score of the recommenders, which is what was learned about occurring, takes part.
    """
    pairs, item_ids = options.pairs, tuning_data.items.ids
    scale = find_scale(history(split_interactions, "tuning"), pairs.like_threshold)
    scores = None if scale.graded else labelled_pairs["ranking_score"].to_numpy()
    validation = Fold(history(split_interactions, "tuning"), labelled_pairs, scores)
    past = history(split_interactions, "testing")
    return PairPredictor.fit(
        [validation, *rolling_folds(past, item_ids, scale, people=pairs.people, seed=pairs.seed)],
        item_ids,
        tuning_data.items.select(pairs.blocks_for(graded=scale.graded)),
        scale,
        seed=pairs.seed,
    )


def training_curves(recommenders: Mapping[str, Recommender]) -> pd.DataFrame:
    """Return a row per epoch of every recommender that is trained in epochs."""
    rows = [
        {"recommender": name, **row} for name, model in recommenders.items() for row in model.training_curve()
    ]
    return pd.DataFrame(rows, columns=None if rows else ["recommender", "epoch"])


def _learn_groups(
    recommenders: Mapping[str, Recommender],
    support: Support,
    learner: BlendLearner,
    task: HeldOut,
    options: FusionOptions,
) -> tuple[Blends, Examples, pd.DataFrame]:
    """Return the blend of each group of people, who taught the first, and what the blends listen to."""
    blends, learned_from, weights, alone = {}, {}, {}, {}
    drawn = task.draw(options.people, options.seed)
    for group, examples in collect_groups(recommenders, support, drawn, options.depth, options.seed):
        logger.info("Learning to blend %d recommenders: %s", len(recommenders), group)
        blends[group] = learner.choose(examples)
        learned_from[group] = examples.take(examples.findable)
        weights[group] = shares(blends[group], examples)
        alone[group] = [_mean(examples.ndcg_alone(column)) for column in range(len(recommenders))]
    table = pd.DataFrame(
        {
            "recommender": list(recommenders),
            "weight": weights["history"],
            "weight_without_history": weights["no_history"],
            "ndcg": alone["history"],
            "reads_text": [bool(model.reads & (TEXT_BLOCKS | {FUSED})) for model in recommenders.values()],
        }
    )
    return Blends(**blends, depth=options.depth), learned_from["history"], table


def _label_pairs(
    split_interactions: pd.DataFrame, tuning_data: TrainingData, fusion: Fusion, options: PairOptions
) -> pd.DataFrame:
    # Whoever dislikes what was held out belongs here too, though a ranking has nothing to find for them.
    held_out = split_interactions[split_interactions["split"] == TARGET_SPLIT["tuning"]]
    known = history(split_interactions, "tuning")
    scale = find_scale(known, options.like_threshold)
    pairs = training_pairs(
        known,
        held_out,
        tuning_data.items.ids,
        scale,
        unseen_per_pair=options.unseen_per_pair,
        seed=options.seed,
        people=options.people,
    )
    # Only where there are no ratings does the prediction ask for what was learned about occurring.
    return pairs.assign(ranking_score=np.nan if scale.graded else score_pairs(fusion, tuning_data, pairs))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan
