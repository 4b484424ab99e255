"""Folders of models: tiny random ones, and files as sentence-transformers puts them there."""

import json
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import PreTrainedModel


def write(path: Path, content: object) -> None:
    """Write a JSON file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def dense_of(folder: Path, inputs: int, outputs: int, **described) -> None:
    """Write a dense layer with random weights."""
    generator = torch.Generator().manual_seed(inputs)
    write(folder / "config.json", {"in_features": inputs, "out_features": outputs, "bias": True} | described)
    weights = {"linear.weight": torch.randn(outputs, inputs, generator=generator) / inputs**0.5}
    if described.get("bias", True):
        weights["linear.bias"] = torch.randn(outputs, generator=generator)
    save_file(weights, folder / "model.safetensors")


def save_random(build: Callable[[], PreTrainedModel], folder: Path) -> None:
    """Save a model of random weights, large enough that its answers differ between texts and tokens."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = build()
        for matrix in (parameter for parameter in model.parameters() if parameter.dim() > 1):
            matrix.data.normal_(std=0.3)
    model.save_pretrained(folder)
