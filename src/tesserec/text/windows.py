"""Cut long token sequences into overlapping windows, so that no text is shortened silently."""

import numpy as np


def cut_windows(tokens: np.ndarray, size: int, overlap: int, most: int | None = None) -> list[np.ndarray]:
    """Cut a sequence of token ids into windows that together hold every token, or as many as `most` allows.

    Window `i` starts at token `i * (size - overlap)`; the last one ends with the text and may be shorter.

    Args:
        tokens: Token ids without special tokens, (tokens,).
        size: Longest window, in tokens, without special tokens.
        overlap: Tokens that a window shares with the one before it; less than `size`.
        most: Number of windows after which the rest is left; None cuts all.

    Returns:
        The windows in order; one window if the text fits, none if it is empty.

    Raises:
        ValueError: If `overlap` is negative or not below `size`.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"windows of {size} tokens cannot overlap by {overlap}")
    if len(tokens) == 0:
        return []
    last_start = max(len(tokens) - overlap, 1)
    return [tokens[start : start + size] for start in range(0, last_start, size - overlap)[:most]]


def tokens_read(windows: list[np.ndarray], size: int, overlap: int) -> int:
    """Return the number of tokens that are in some window of `cut_windows`."""
    return (len(windows) - 1) * (size - overlap) + len(windows[-1]) if windows else 0


def frame_window(window: np.ndarray, prefix: np.ndarray, suffix: np.ndarray) -> np.ndarray:
    """Put tokens around a window: `[CLS] window [SEP]` for BERT."""
    return np.concatenate([prefix, window, suffix])
