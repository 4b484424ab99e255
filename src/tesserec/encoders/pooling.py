"""From one vector per token to one vector per window.

Each function takes the vectors of tokens, float32, (batch, tokens, hidden), and their weights, (batch,
tokens): zero for a token that does not count, such as padding.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from transformers import PretrainedConfig
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
)

Pooling = Literal["mean", "cls", "max", "last_token", "mean_sqrt_len", "weighted_mean", "sif"]

_LEAST = 1e-9  # the weights of a window of special tokens alone may sum to nothing


def mean(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Average the tokens by their weights: (batch, tokens, hidden) → (batch, hidden)."""
    return _sum(hidden, weights) / weights.sum(dim=1, keepdim=True).clamp(min=_LEAST)


def mean_sqrt_len(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Divide the sum of the tokens by the root of their number: (batch, tokens, hidden) → (batch, hidden)."""
    return _sum(hidden, weights) / weights.sum(dim=1, keepdim=True).clamp(min=_LEAST).sqrt()


def weighted_mean(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Average the tokens, each by its position: (batch, tokens, hidden) → (batch, hidden).

    A decoder's later tokens have seen more of the text (Muennighoff 2022, "SGPT: GPT sentence embeddings for
    semantic search").
    """
    positions = torch.arange(1, hidden.shape[1] + 1, device=hidden.device)
    return mean(hidden, weights * positions)


def cls(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Take the first token that counts: (batch, tokens, hidden) → (batch, hidden)."""
    return _pick(hidden, (weights > 0).int().argmax(dim=1))


def maximum(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Take each dimension's maximum over the tokens that count: (batch, tokens, hidden) → (batch, hidden)."""
    return hidden.masked_fill((weights == 0).unsqueeze(-1), -torch.inf).amax(dim=1)


def last_token(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Take the last token that counts: (batch, tokens, hidden) → (batch, hidden)."""
    from_the_end = (weights > 0).flip(1).int().argmax(dim=1)
    return _pick(hidden, hidden.shape[1] - 1 - from_the_end)


POOLINGS: dict[Pooling, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "mean": mean,
    "cls": cls,
    "max": maximum,
    "last_token": last_token,
    "mean_sqrt_len": mean_sqrt_len,
    "weighted_mean": weighted_mean,
    "sif": mean,  # with the weights of `tesserec.encoders.tokens.token_weights`
}


def pool(hidden: torch.Tensor, weights: torch.Tensor, poolings: Sequence[Pooling]) -> torch.Tensor:
    """Pool in several ways and put the results side by side.

    Args:
        hidden: Vectors of tokens, float32, (batch, tokens, hidden).
        weights: How much each token counts, (batch, tokens).
        poolings: The ways.

    Returns:
        (batch, hidden · poolings).
    """
    return torch.cat([POOLINGS[name](hidden, weights) for name in poolings], dim=1)


def fitting_pooling(config: PretrainedConfig) -> Pooling:
    """Find the pooling that a model wants which does not say so itself.

    A decoder sees the whole text only in its last token; an encoder's tokens are averaged.

    Args:
        config: The model's configuration.
    """
    model_type = config.model_type
    decoder = (
        model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
        and model_type not in MODEL_FOR_MASKED_LM_MAPPING_NAMES
    )
    return "last_token" if decoder else "mean"


def _sum(hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (hidden * weights.unsqueeze(-1)).sum(dim=1)


def _pick(hidden: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    return hidden[torch.arange(len(hidden), device=hidden.device), positions]
