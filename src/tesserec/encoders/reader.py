"""From the token ids of windows to one vector per window: the model, the pooling and the layers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedModel

from tesserec.encoders.pooling import Pooling, pool
from tesserec.errors import ConfigError

# Poolings that average the vectors of tokens, so that a text's vector is a sum over its tokens.
AVERAGES: tuple[Pooling, ...] = ("mean", "weighted_mean", "sif")


@dataclass(frozen=True)
class WindowReader:
    """A loaded model with all that turns its hidden states into vectors.

    Args:
        model: The language model, on its device.
        depth: How many layers it has.
        layers: Those whose hidden states are averaged, ascending; 0 is the embedding of tokens.
        poolings: How token vectors become one; several are concatenated.
        pooled_from: Tokens at the beginning of each window that are not pooled.
        token_weights: How much each token of the vocabulary counts, (vocabulary,); None if all do alike.
        head: What the pooled vector goes through, (batch, pooled) → (batch, d).
    """

    model: PreTrainedModel
    depth: int
    layers: tuple[int, ...]
    poolings: Sequence[Pooling]
    pooled_from: int
    token_weights: torch.Tensor | None
    head: torch.nn.Sequential

    @property
    def last_layer_only(self) -> bool:
        """Whether no state of an inner layer is asked of the model."""
        return self.layers == (self.depth,)

    @torch.inference_mode()
    def read(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Return the vectors of one batch of windows, float32, (batch, d).

        Args:
            ids: Token ids, padded right, int64, (batch, tokens).
            mask: 1 where a token is real, int64, (batch, tokens).
        """
        return self.forward(ids, mask).cpu().numpy()

    def forward(self, ids: np.ndarray, mask: np.ndarray) -> torch.Tensor:
        """Return the same, on the device, with what gradients need."""
        return self.head(pool(*self._states(ids, mask), self.poolings))

    @torch.inference_mode()
    def read_tokens(self, ids: np.ndarray) -> np.ndarray:
        """Return what each token adds to the vector of one window, float32, (tokens, d).

        The pooling must be one of `AVERAGES`, with no layers behind it.

        Args:
            ids: Token ids, int64, (tokens,).
        """
        hidden, weights = self._states(ids[None], np.ones_like(ids[None]))
        if self.poolings[0] == "weighted_mean":
            weights = weights * torch.arange(1, weights.shape[1] + 1, device=weights.device)
        share = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-9)
        return (hidden * share.unsqueeze(-1))[0].cpu().numpy()

    def _states(self, ids: np.ndarray, mask: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the vectors of the tokens, (batch, tokens, hidden), and their weights, (batch, tokens)."""
        token_ids = torch.from_numpy(ids).to(self.model.device)
        attention = torch.from_numpy(mask).to(self.model.device)
        return self._hidden(token_ids, attention), self._weights(token_ids, attention)

    def _hidden(self, token_ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        """Return float32: sums over layers and over tokens need more digits than half precision has."""
        if self.last_layer_only:
            return self.model(input_ids=token_ids, attention_mask=attention).last_hidden_state.float()
        made = self.model(input_ids=token_ids, attention_mask=attention, output_hidden_states=True)
        return torch.stack([made.hidden_states[layer].float() for layer in self.layers]).mean(dim=0)

    def _weights(self, token_ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        """Return how much each token counts when they are pooled, (batch, tokens)."""
        weights = attention.float()
        if self.pooled_from:
            # Where the prompt has swallowed the whole of a short text, its last token stands for it.
            first = (attention.sum(dim=1, keepdim=True) - 1).clamp(max=self.pooled_from)
            weights = weights * (torch.arange(attention.shape[1], device=attention.device) >= first)
        return weights if self.token_weights is None else weights * self.token_weights[token_ids]


def chosen_layers(layers: Sequence[int], depth: int) -> tuple[int, ...]:
    """Return the chosen layers of a model of `depth`, each once, counted from the embedding of tokens.

    Args:
        layers: -1 is the last one.
        depth: Layers of the model, the embedding of tokens not counted.

    Raises:
        ConfigError: If there is no such layer.
    """
    if not layers or any(not -depth - 1 <= layer <= depth for layer in layers):
        raise ConfigError(
            f"token_encoding.layers is {list(layers)}, but the model has the layers 0 to {depth}: "
            "choose one or more of these, or -1 for the last"
        )
    return tuple(sorted({layer % (depth + 1) for layer in layers}))
