"""A model read directly: one sequence, alone, without padding."""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedModel

from tesserec.encoders.transformer import TransformerEncoder

WORDS = "river stone light winter garden music silent yellow engine bread market forest".split()


def some_texts(count: int, longest: int, seed: int = 0) -> list[str]:
    """Texts of one to `longest` words."""
    generator = np.random.default_rng(seed)
    return [" ".join(generator.choice(WORDS, generator.integers(1, longest + 1))) for _ in range(count)]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors brought to length one."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def token_ids(folder: Path, text: str, special: bool) -> list[int]:
    """The tokens of a text, with or without special ones."""
    return AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=special)["input_ids"]


@cache
def _model(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    return AutoModel.from_pretrained(folder, dtype=dtype).eval()


def hidden_states(folder: Path, ids: list[int], dtype: torch.dtype = torch.float32) -> np.ndarray:
    """What each layer makes of each token: (layers + 1, tokens, hidden)."""
    with torch.no_grad():
        states = _model(folder, dtype)(input_ids=torch.tensor([ids]), output_hidden_states=True).hidden_states
    return torch.stack([state[0] for state in states]).float().numpy()


def token_vectors(folder: Path, ids: list[int]) -> np.ndarray:
    """What the last layer makes of each token: (tokens, hidden)."""
    return hidden_states(folder, ids)[-1]


POOLED = {
    "mean": lambda hidden: hidden.mean(axis=0),
    "cls": lambda hidden: hidden[0],
    "max": lambda hidden: hidden.max(axis=0),
    "last_token": lambda hidden: hidden[-1],
    "mean_sqrt_len": lambda hidden: hidden.sum(axis=0) / len(hidden) ** 0.5,
    "weighted_mean": lambda hidden: np.average(hidden, axis=0, weights=range(1, len(hidden) + 1)),
}


def tiny(folder: Path, **options) -> TransformerEncoder:
    """An encoder for the tiny models, in full precision."""
    defaults = {"precision": "fp32", "device": "cpu", "batch_tokens": 64, "window_overlap": 2}
    return TransformerEncoder(str(folder), **(defaults | options))
