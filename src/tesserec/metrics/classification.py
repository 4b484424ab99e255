"""How well probabilities of liking separate and describe what was liked."""

import numpy as np
from sklearn import metrics


def classification_metrics(
    liked: np.ndarray, probabilities: np.ndarray, threshold: float = 0.5
) -> dict[str, float]:
    """Measure probabilities against what happened.

    Args:
        liked: (pairs,) bool or 0/1.
        probabilities: (pairs,) between 0 and 1.
        threshold: From this probability on a pair counts as predicted to be liked.

    Returns:
        `auc` (NaN unless both outcomes occur), `log_loss`, `brier`, and `precision`, `recall`, `f1` of the
        liked pairs at the threshold (0 where undefined). All NaN without pairs.
    """
    names = ["auc", "log_loss", "brier", "precision", "recall", "f1"]
    if not len(liked):
        return dict.fromkeys(names, float("nan"))
    liked = np.asarray(liked).astype(bool)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        liked, probabilities >= threshold, average="binary", zero_division=0
    )
    area = metrics.roc_auc_score(liked, probabilities) if 0 < liked.sum() < len(liked) else np.nan
    loss = metrics.log_loss(liked, probabilities, labels=[False, True])
    brier = np.mean((probabilities - liked) ** 2)
    return {
        name: float(value)
        for name, value in zip(names, [area, loss, brier, precision, recall, f1], strict=True)
    }
