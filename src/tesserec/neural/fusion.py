"""Ways to fuse the parts of an item: what its text says, its attributes, and what its id has come to mean."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

ItemFusion = Literal["concat", "weighted", "gated", "bilinear", "attention"]


class ConcatFusion(nn.Module):
    """`W [p_1; ...; p_n]`: every part has a matrix of its own.

    Args:
        parts: Number of parts.
        size: Dimensions of a part and of the result.
    """

    def __init__(self, parts: int, size: int) -> None:
        super().__init__()
        self.join = nn.Linear(parts * size, size)
        with torch.no_grad():
            # Starts as the plain sum, where parts that share directions already speak to each other.
            self.join.weight.copy_(torch.eye(size).repeat(1, parts) + 0.02 * torch.randn(size, parts * size))

    def forward(self, parts: Tensor, present: Tensor) -> Tensor:
        """Fuse (items, parts, size) where `present`, (items, parts), is 1; missing parts are zero."""
        return self.join((parts * present[..., None]).flatten(1))


class WeightedFusion(nn.Module):
    """`Σ_b w_b p_b` with one weight per part, the same for all items; missing parts give their share away."""

    def __init__(self, parts: int, size: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(parts))

    def forward(self, parts: Tensor, present: Tensor) -> Tensor:
        """Fuse (items, parts, size) where `present`, (items, parts), is 1."""
        weights = self.weights.exp() * present
        return (parts * (weights / weights.sum(1, keepdim=True).clamp(min=1e-6))[..., None]).sum(1)


class GatedFusion(nn.Module):
    """`Σ_b σ(V_b [p_1; ...; p_n]) ⊙ p_b`: each dimension of a part passes as far as the other parts let it.

    Arevalo et al. 2017, Gated multimodal units, arXiv:1702.01992.
    """

    def __init__(self, parts: int, size: int) -> None:
        super().__init__()
        self.gates = nn.Linear(parts * size, parts * size)
        nn.init.normal_(self.gates.weight, std=0.02)
        nn.init.ones_(self.gates.bias)

    def forward(self, parts: Tensor, present: Tensor) -> Tensor:
        """Fuse (items, parts, size) where `present`, (items, parts), is 1."""
        parts = parts * present[..., None]
        gates = torch.sigmoid(self.gates(parts.flatten(1))).view_as(parts)
        return (gates * parts).sum(1)


class BilinearFusion(nn.Module):
    """`Σ_b p_b + O ((Σ_b U_b p_b) ⊙ (Σ_b V_b p_b))`: the sum and a low-rank product of all pairs of parts.

    Kim et al. 2017, Hadamard product for low-rank bilinear pooling, arXiv:1610.04325.
    """

    def __init__(self, parts: int, size: int) -> None:
        super().__init__()
        self.left = nn.Linear(parts * size, size)
        self.right = nn.Linear(parts * size, size)
        self.out = nn.Linear(size, size, bias=False)
        nn.init.normal_(self.out.weight, std=0.02)

    def forward(self, parts: Tensor, present: Tensor) -> Tensor:
        """Fuse (items, parts, size) where `present`, (items, parts), is 1."""
        parts = parts * present[..., None]
        flat = parts.flatten(1)
        return parts.sum(1) + self.out(self.left(flat) * self.right(flat))


class AttentionFusion(nn.Module):
    """`Σ_b a_b p_b` with weights `a = softmax_b(⟨q, tanh(K p_b)⟩ + c_b)` that differ from item to item."""

    def __init__(self, parts: int, size: int) -> None:
        super().__init__()
        self.key = nn.Linear(size, size)
        self.query = nn.Linear(size, 1, bias=False)
        self.prior = nn.Parameter(torch.zeros(parts))

    def forward(self, parts: Tensor, present: Tensor) -> Tensor:
        """Fuse (items, parts, size) where `present`, (items, parts), is 1."""
        logits = self.query(torch.tanh(self.key(parts))).squeeze(-1) + self.prior
        attention = torch.softmax(logits.masked_fill(present == 0, -1e4), dim=1) * present
        return (attention[..., None] * parts).sum(1)


FUSIONS: dict[ItemFusion, Callable[[int, int], nn.Module]] = {
    "concat": ConcatFusion,
    "weighted": WeightedFusion,
    "gated": GatedFusion,
    "bilinear": BilinearFusion,
    "attention": AttentionFusion,
}
