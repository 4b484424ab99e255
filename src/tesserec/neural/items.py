"""From the features and the id of an item to the vector that stands for it."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tesserec.neural.fusion import FUSIONS, ItemFusion


class ItemEncoder(nn.Module):
    """Fuses the feature blocks of items with an optional id embedding.

    Args:
        blocks: Projected features by name, each (items, dimensions of the block); zero rows are missing.
        counts: (items,) liked entries in training; an item without any has no id embedding and no own bias.
        embedding_size: Dimensions of the result.
        item_fusion: How the parts become one.
        id_embedding: Give known items an embedding of their own beside their features.
        id_dropout: Share of the items of a training step that must do without their id, so that features
            alone learn to stand for items that nobody touched.

    Raises:
        ValueError: If the fusion is unknown, or items have neither features nor ids.
    """

    def __init__(
        self,
        blocks: Mapping[str, np.ndarray],
        counts: np.ndarray,
        embedding_size: int,
        item_fusion: ItemFusion,
        *,
        id_embedding: bool,
        id_dropout: float,
    ) -> None:
        super().__init__()
        if item_fusion not in FUSIONS:
            raise ValueError(f"item_fusion is {item_fusion!r}: choose one of {', '.join(FUSIONS)}")
        if not blocks and not id_embedding:
            raise ValueError("items have none of the item_blocks: set id_embedding, or name blocks they have")
        self.known: Tensor
        self.names = list(blocks)
        for name, block in blocks.items():
            self.register_buffer(f"block_{name}", torch.from_numpy(block), persistent=False)
        self.register_buffer("known", torch.from_numpy(counts > 0).float(), persistent=False)
        self.projections = nn.ModuleDict(
            {
                name: _projection(block, embedding_size, leading=place == 0)
                for place, (name, block) in enumerate(blocks.items())
            }
        )
        self.ids = nn.Embedding(len(counts), embedding_size) if id_embedding else None
        if self.ids is not None:
            nn.init.normal_(self.ids.weight, std=0.5 * embedding_size**-0.5)
        self.id_dropout = id_dropout
        self.fusion = FUSIONS[item_fusion](len(blocks) + int(id_embedding), embedding_size)
        self.bias = nn.Linear(embedding_size, 1)
        nn.init.zeros_(self.bias.weight)
        self.popularity = nn.Parameter(log_share(counts))

    def forward(self, items: Tensor) -> tuple[Tensor, Tensor]:
        """Return unit vectors, (n, embedding size), and biases, (n,), of the given item positions, (n,)."""
        known = self.known[items]
        if self.training and self.id_dropout > 0:
            known = known * (torch.rand_like(known) >= self.id_dropout)
        rows = [getattr(self, f"block_{name}")[items] for name in self.names]
        parts = [self.projections[name](row) for name, row in zip(self.names, rows, strict=True)]
        present = [row.any(1).float() for row in rows]
        if self.ids is not None:
            parts.append(self.ids(items))
            present.append(known)
        fused = self.fusion(torch.stack(parts, 1), torch.stack(present, 1))
        bias = self.bias(fused).squeeze(-1) + known * self.popularity[items]
        return functional.normalize(fused, dim=-1, eps=1e-6), bias


def log_share(counts: np.ndarray) -> Tensor:
    """Return the centred logarithm of how often known items occur, (items,).

    It is the best guess without a history; items that are not known have 0.
    """
    logs = np.log(np.maximum(counts, 1))
    centre = logs[counts > 0].mean() if (counts > 0).any() else 0.0
    return torch.from_numpy((logs - centre) * (counts > 0)).float()


def _projection(block: np.ndarray, embedding_size: int, *, leading: bool) -> nn.Linear:
    layer = nn.Linear(block.shape[1], embedding_size, bias=False)
    with torch.no_grad():
        # The first block keeps its directions, which are ordered by variance: training starts from what its
        # kernel knows.
        if leading:
            layer.weight.copy_(torch.eye(embedding_size, block.shape[1]))
        else:
            nn.init.orthogonal_(layer.weight, gain=0.5)
    return layer
