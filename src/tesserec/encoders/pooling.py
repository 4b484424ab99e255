"""From one vector per token to one vector per text."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import torch
from transformers import PretrainedConfig
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
)

from tesserec.errors import ConfigError

logger = logging.getLogger(__name__)

Pooling = Literal["mean", "cls", "max", "last_token"]

# How sentence-transformers calls them. Its `mean_sqrt_len` differs from the mean by a factor only, which
# normalisation takes away.
_SENTENCE_TRANSFORMERS_MODES: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "last_token",
}


def mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average the real tokens, special ones included: (batch, tokens, hidden) → (batch, hidden)."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1)


def cls(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Take the first token: (batch, tokens, hidden) → (batch, hidden)."""
    return hidden[:, 0]


def maximum(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Take each dimension's maximum over the real tokens: (batch, tokens, hidden) → (batch, hidden)."""
    return hidden.masked_fill(mask.unsqueeze(-1) == 0, -torch.inf).amax(dim=1)


def last_token(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Take the last real token of sequences padded right: (batch, tokens, hidden) → (batch, hidden)."""
    return hidden[torch.arange(len(hidden), device=hidden.device), mask.sum(dim=1) - 1]


POOLINGS: dict[Pooling, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "mean": mean,
    "cls": cls,
    "max": maximum,
    "last_token": last_token,
}


def fitting_pooling(folder: Path, config: PretrainedConfig) -> Pooling:
    """Find the pooling that a model wants.

    A sentence-transformers folder says so itself; a decoder sees the whole text only in its last token; an
    encoder's tokens are averaged.

    Args:
        folder: The model's folder.
        config: The model's configuration.

    Raises:
        ConfigError: If the folder asks for a pooling that does not exist here.
    """
    described = _sentence_transformers_pooling(folder)
    if described is not None:
        return described
    model_type = config.model_type
    decoder = (
        model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
        and model_type not in MODEL_FOR_MASKED_LM_MAPPING_NAMES
    )
    return "last_token" if decoder else "mean"


def _sentence_transformers_pooling(folder: Path) -> Pooling | None:
    if not (folder / "modules.json").exists():
        return None
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    names = {module["type"].rpartition(".")[2]: module["path"] for module in modules}
    unused = sorted(set(names) - {"Transformer", "Pooling", "Normalize"})
    if unused:
        logger.warning("%s: the layers %s are left out of the embeddings", folder.name, ", ".join(unused))
    if "Pooling" not in names:
        return None
    described = json.loads((folder / names["Pooling"] / "config.json").read_text(encoding="utf-8"))
    wanted = [key for key, value in described.items() if key.startswith("pooling_mode_") and value is True]
    if len(wanted) != 1 or wanted[0] not in _SENTENCE_TRANSFORMERS_MODES:
        raise ConfigError(
            f"the model in {folder} asks for the pooling {wanted}, which does not exist here: "
            "choose one with token_encoding.pooling (mean, cls, max or last_token)"
        )
    return _SENTENCE_TRANSFORMERS_MODES[wanted[0]]
