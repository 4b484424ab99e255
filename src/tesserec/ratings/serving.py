"""Predict pairs as they are served: from a history, the items and the fused recommender."""

from collections.abc import Collection

import pandas as pd

from tesserec.ratings.predictor import PairPredictor
from tesserec.recommenders import Fusion, TrainingData
from tesserec.recommenders.lists import score_pairs


def predict_pairs(
    predictor: PairPredictor,
    pairs: pd.DataFrame,
    history: pd.DataFrame,
    data: TrainingData,
    blocks: Collection[str],
    fusion: Fusion,
) -> pd.DataFrame:
    """Refit the predictor on a history, and predict pairs.

    Args:
        predictor: What was learned on validation pairs.
        pairs: `user_id`, `item_id`.
        history: The log that is known, in order of time.
        data: The people's profiles and the items at the same time.
        blocks: Names of the item blocks that the predictor was learned with.
        fusion: Fitted on the same data; its score takes part where the log has no ratings.

    Returns:
        See `PairPredictor.predict`.
    """
    refitted = predictor.refit(history, data.items.ids, data.items.select(blocks))
    return refitted.predict(pairs, None if predictor.scale.graded else score_pairs(fusion, data, pairs))
