"""Batches of similar length under a token budget, read side by side: little padding, bounded memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def batches_by_length(lengths: np.ndarray, batch_tokens: int) -> Iterator[np.ndarray]:
    """Group sequences so that each batch, padding included, stays within a token budget.

    The longest sequences come first, so that a budget too large for the memory fails at once.

    Args:
        lengths: Tokens of each sequence, (n,).
        batch_tokens: Budget of one batch in tokens; a longer sequence makes a batch of its own.

    Yields:
        Positions in `lengths`; together every position once.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + max(batch_tokens // int(lengths[order[start]]), 1)
        yield order[start:end]
        start = end


def pad_right(sequences: list[np.ndarray], pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Put sequences of token ids into one array, as wide as the longest.

    Returns:
        Token ids and attention mask (1 where a token is real), both int64, (sequences, tokens).
    """
    width = max(len(sequence) for sequence in sequences)
    ids = np.full((len(sequences), width), pad_id, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask


def side_by_side(read: Callable[[Batch], Result], batches: Sequence[Batch], at_once: int) -> Iterable[Result]:
    """Read batches, several at once, and yield the results in the order of the batches.

    Much of what a small model does to a batch (attention, activations, normalisation) leaves the matrix units
    of a processor idle, and shares badly among threads. So the threads of torch (all cores, or
    `OMP_NUM_THREADS`) read a batch each; where there are fewer batches, they share them out.

    Args:
        read: Called from several threads.
        batches: What it is called with.
        at_once: Batches read at once, at most as many as torch has threads.
    """
    at_once = min(at_once, len(batches))
    if at_once <= 1:
        yield from map(read, batches)
        return
    threads = torch.get_num_threads()
    try:
        # A thread takes the number of its own threads from what was set last for the process.
        with ThreadPoolExecutor(
            at_once, "read", initializer=torch.set_num_threads, initargs=(threads // at_once,)
        ) as pool:
            yield from pool.map(read, batches)
    finally:
        torch.set_num_threads(threads)
