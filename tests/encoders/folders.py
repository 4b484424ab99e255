"""Files as sentence-transformers puts them into a folder."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file


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
