"""From one vector per window to one vector per text."""

from typing import Literal

import numpy as np

from tesserec.encoders.tokens import Windows

WindowCombination = Literal["mean", "max"]


def combine_windows(vectors: np.ndarray, windows: Windows, how: WindowCombination) -> np.ndarray:
    """Combine the vectors of each text's windows: (windows, d) → (texts, d), float32.

    Args:
        vectors: One vector per window, float32, (windows, d).
        windows: Tells which windows are of which text, and how long each is.
        how: `mean`, weighted by the tokens of the text in each window, or `max` of each dimension.

    Returns:
        Zeros for a text without a window; for a text of one window, the vector of this window.
    """
    combined = np.zeros((windows.texts, vectors.shape[1]), dtype=np.float32)
    if not len(windows.owners):
        return combined
    owners, starts = np.unique(windows.owners, return_index=True)
    if how == "max":
        combined[owners] = np.maximum.reduceat(vectors, starts, axis=0)
    else:
        share = windows.weights / np.bincount(windows.owners, windows.weights)[windows.owners]
        combined[owners] = np.add.reduceat(vectors * share[:, None].astype(np.float32), starts, axis=0)
    return combined
