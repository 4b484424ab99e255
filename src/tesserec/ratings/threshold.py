"""From which probability on a pair counts as liked."""

import numpy as np
from sklearn.metrics import precision_recall_curve

UNDECIDED = 0.5


def choose_threshold(probabilities: np.ndarray, liked: np.ndarray) -> float:
    """Choose the threshold with the highest F1 of the liked pairs.

    Where pairs that were not liked are drawn at random and each stands for many, every pair still counts
    once: the few among the most probable ones would decide alone.

    Args:
        probabilities: Of pairs that the model was not fitted on, (pairs,).
        liked: Whether each pair was liked, (pairs,) bool.

    Returns:
        From this probability on a pair counts as liked: 0 if it is best to count all of them, 0.5 if none was
        liked, which tells nothing.
    """
    if not np.any(liked):
        return UNDECIDED
    precision, recall, thresholds = precision_recall_curve(liked, probabilities)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision[:-1] + recall[:-1], 1e-300)
    best = int(np.argmax(f1))  # thresholds ascend; from the lowest on all pairs count as liked
    return float(thresholds[best]) if best else 0.0
