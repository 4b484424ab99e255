"""Batches of similar length under a token budget: little padding, bounded memory."""

from collections.abc import Iterator

import numpy as np

_MULTIPLE = 8  # matrix units work on tiles; odd lengths run through slower edge code


def padded_length(length: int, longest: int) -> int:
    """Return `length` rounded up to a multiple of 8, but never above `longest`, the model's limit."""
    return min(-(-length // _MULTIPLE) * _MULTIPLE, longest)


def batches_by_length(lengths: np.ndarray, batch_tokens: int, longest: int) -> Iterator[np.ndarray]:
    """Group sequences so that each batch, padding included, stays within a token budget.

    The longest sequences come first, so that a budget too large for the memory fails at once.

    Args:
        lengths: Tokens of each sequence, (n,).
        batch_tokens: Budget of one batch in tokens; a longer sequence makes a batch of its own.
        longest: Most tokens that the model takes.

    Yields:
        Positions in `lengths`; together every position once.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        width = padded_length(int(lengths[order[start]]), longest)
        end = start + max(batch_tokens // width, 1)
        yield order[start:end]
        start = end


def pad_right(sequences: list[np.ndarray], pad_id: int, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Put sequences of token ids into one array.

    Returns:
        Token ids and attention mask (1 where a token is real), both int64, (sequences, padded length).
    """
    width = padded_length(max(len(sequence) for sequence in sequences), longest)
    ids = np.full((len(sequences), width), pad_id, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask
