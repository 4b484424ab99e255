"""Which items a step compares the targets with, and how likely each was to be among them."""

import numpy as np
import torch
from torch import Tensor


def log_inclusion(shares: Tensor, positives: int, negatives: int, n_items: int) -> Tensor:
    """Return the logarithm of the probability that an item is among the candidates of a step, (items,).

    Candidates are the targets of the step, drawn by popularity, and `negatives` uniform draws:
    `Q_j = 1 − (1 − p_j)^positives · (1 − 1/n)^negatives`. Subtracted from the logits it undoes that popular
    items are compared more often (Bengio and Senécal 2008; Yi et al. 2019, doi:10.1145/3298689.3346996).

    Args:
        shares: (items,) share of all targets that are this item.
        positives: Targets of the step.
        negatives: Uniform draws of the step, with replacement.
        n_items: Items that are drawn from.
    """
    missed = positives * torch.log1p(-shares.clamp(max=1 - 1e-6))
    missed = missed + negatives * np.log1p(-min(1 / n_items, 1 - 1e-6))
    return torch.log(-torch.expm1(missed))


def draw_negatives(known: np.ndarray, count: int, rows: int, generator: np.random.Generator) -> np.ndarray:
    """Draw about `count` items uniformly with replacement, in as many rows as the batch has, (rows, draws).

    So each device of several gets its share with its part of the batch.
    """
    return generator.choice(known, size=(rows, -(-count // rows)))
