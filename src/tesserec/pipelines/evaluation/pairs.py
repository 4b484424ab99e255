"""The step from the pair predictor and held-out events to what its predictions are worth."""

from typing import Any

import pandas as pd

from tesserec.evaluation.pairs import PREDICTOR, Predicted, held_out_pairs, judge_pairs, predict_baselines
from tesserec.pipelines.evaluation.options import EvaluationOptions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.ratings import Fold, PairPredictor, RatingScale
from tesserec.ratings.serving import predict_pairs
from tesserec.recommenders import Fusion, TrainingData
from tesserec.splits import history
from tesserec.splits.stages import TARGET_SPLIT

RATED = "Every rating of the test split that the history does not hold."
OCCURRED = (
    "The log has no ratings, so a like is that a pair occurs. To each new pair of the test split, "
    "{unseen_per_pair} pairs that did not occur are drawn at random, as in training. Every pair counts for "
    "those that it stands for, so that log loss, Brier score, bias and calibration are those of all pairs "
    "that the history does not hold; precision, recall and F1 are those of the pairs as drawn, and would be "
    "far lower among all. The probability is that of occurring in a time like that of the validation split: "
    "where the test split has more events per person, bias is below 0."
)
THRESHOLD = (
    "The highest F1 on held-out pairs from before the test split, those that the predictor was learned on; "
    "it never sees the test split. Each baseline has its own, chosen on the validation pairs."
)


def evaluate_pairs(
    testing_fusion: Fusion,
    testing_data: TrainingData,
    split_interactions: pd.DataFrame,
    labelled_pairs: pd.DataFrame,
    pair_predictor: PairPredictor,
    models: ModelTrainingOptions,
    options: EvaluationOptions,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Predict the test split's pairs from train and validation data, as serving would, and judge it.

    Returns:
        The document and the curves of `tesserec.evaluation.pairs.judge_pairs`; the document also says which
        pairs were judged, what a like is, and how the threshold was chosen.
    """
    scale, known = pair_predictor.scale, history(split_interactions, "testing")
    item_ids = testing_data.items.ids
    test = held_out_pairs(
        known,
        split_interactions[split_interactions["split"] == TARGET_SPLIT["testing"]],
        item_ids,
        scale,
        people=options.people,
        unseen_per_pair=models.pairs.unseen_per_pair,
        seed=options.seed,
    )
    blocks = models.pairs.blocks_for(graded=scale.graded)
    learned = predict_pairs(pair_predictor, test.pairs, known, testing_data, blocks, testing_fusion)
    validation = Fold(history(split_interactions, "tuning"), labelled_pairs)
    predicted = {
        PREDICTOR: Predicted(learned, pair_predictor.threshold),
        **predict_baselines(validation, test, item_ids, scale),
    }
    document, curves = judge_pairs(test, predicted, scale, options.seed)
    return _setup(scale, models.pairs.unseen_per_pair) | document, curves


def _setup(scale: RatingScale, unseen_per_pair: int) -> dict[str, Any]:
    return {
        "pairs": RATED if scale.graded else OCCURRED.format(unseen_per_pair=unseen_per_pair),
        "like_from": scale.like_from if scale.graded else None,
        "threshold_rule": THRESHOLD,
    }
