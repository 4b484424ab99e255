"""The losses of the multi-task training."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def sampled_softmax_loss(products: Tensor, offsets: Tensor, targets: Tensor, excluded: Tensor) -> Tensor:
    """Return the mean cross-entropy of the targets among the candidates, corrected for how these were drawn.

    `−log( exp(s_t − log Q_t) / Σ_j exp(s_j − log Q_j) )` over the candidates `j` that are not excluded, with
    `s_j = ⟨z, φ_j⟩ + b_j` and `Q_j` the probability of being a candidate.

    Args:
        products: (positions, candidates) inner products `⟨z, φ_j⟩`.
        offsets: (candidates,) `b_j − log Q_j`.
        targets: (positions,) column of each target.
        excluded: (2, pairs) rows and columns that take no part: what the person already has.
    """
    logits = products.float().add(offsets)
    with torch.no_grad():
        # Their probability becomes 0, and so does their gradient: there is nothing here to differentiate.
        logits[excluded[0], excluded[1]] = -torch.inf
    return functional.cross_entropy(logits, targets)


def contrastive_loss(first: Tensor, second: Tensor, temperature: float = 0.1) -> Tensor:
    """Return InfoNCE between two views of the same histories, against the other histories of the batch.

    Xie et al. 2022, Contrastive learning for sequential recommendation, arXiv:2010.14395.

    Args:
        first: (histories, size) states of one view.
        second: (histories, size) states of the other.
        temperature: Divides the cosines.
    """
    likeness = functional.normalize(first, dim=-1) @ functional.normalize(second, dim=-1).T / temperature
    same = torch.arange(len(first), device=first.device)
    return (functional.cross_entropy(likeness, same) + functional.cross_entropy(likeness.T, same)) / 2


class PairHead(nn.Module):
    """`⟨H z_i + v, φ_j⟩ + c`, what a person and an item have to do with each other beside the ranking."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.state = nn.Linear(size, size)
        self.constant = nn.Parameter(torch.zeros(()))

    def forward(self, states: Tensor, items: Tensor) -> Tensor:
        """Return the value of each pair, (pairs,), of states and item vectors, (pairs, size) each."""
        return (self.state(states) * items).sum(-1) + self.constant
