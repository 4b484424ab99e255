"""Whether probabilities mean what they say."""

from typing import Any

import numpy as np

BINS = 10


def reliability(happened: np.ndarray, probabilities: np.ndarray) -> list[dict[str, Any]]:
    """Compare probabilities with what happened, in ten bins of equal width.

    Args:
        happened: (n,) bool.
        probabilities: (n,) between 0 and 1.

    Returns:
        Of each bin with members: `from`, `to`, `count`, `predicted` (mean probability), `happened` (share).
    """
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "count": int((bins == number).sum()),
            "predicted": float(probabilities[bins == number].mean()),
            "happened": float(happened[bins == number].mean()),
        }
        for number in np.unique(bins).tolist()
    ]


def calibration_error(happened: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the expected calibration error: `Σ |predicted − happened| · count / n` over the bins.

    Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning". NaN of nothing.
    """
    bins = reliability(happened, probabilities)
    off = sum(abs(row["predicted"] - row["happened"]) * row["count"] for row in bins)
    return off / len(probabilities) if len(probabilities) else float("nan")
