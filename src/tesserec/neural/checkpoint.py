"""The state of a training between epochs, and how it is written to resume from."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from tesserec.state import Arrays, Config, load_state, save_state

Parameters = dict[str, Tensor]


@dataclass
class Checkpoint:
    """What a training needs to go on after an epoch.

    Args:
        epoch: Epochs done.
        updates: Updates done.
        best_epoch: The best epoch so far, from 1.
        curves: A row per epoch.
        best: Parameters after the best epoch.
        current: Parameters after the last epoch.
        moments: State of the optimiser.
    """

    epoch: int = 0
    updates: int = 0
    best_epoch: int = 0
    curves: list[dict[str, float]] = field(default_factory=list)
    best: Parameters = field(default_factory=dict)
    current: Parameters = field(default_factory=dict)
    moments: Parameters = field(default_factory=dict)

    def advance(self, row: Mapping[str, float], model: nn.Module) -> None:
        """Note an epoch, and keep its parameters if it is the best so far; of equals the later is better."""
        self.epoch += 1
        self.curves.append(dict(row))
        if row["ndcg@10"] >= max(earlier["ndcg@10"] for earlier in self.curves):
            self.best_epoch = self.epoch
            self.best = copy_of(model.state_dict())

    def save(self, folder: Path | None, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Write a folder for this epoch, then remove the ones before it; do nothing if `folder` is None."""
        if folder is None:
            return
        self.current = copy_of(model.state_dict())
        self.moments = moments_of(optimizer)
        save_state(self, folder / f"epoch-{self.epoch:05d}")
        for older in _saved(folder)[:-1]:
            shutil.rmtree(older)

    @classmethod
    def resume(cls, folder: Path | None, model: nn.Module, optimizer: torch.optim.Optimizer) -> Self:
        """Return the newest saved state and put the model and the optimiser into it; else a beginning."""
        saved = _saved(folder) if folder is not None else []
        if not saved:
            return cls()
        checkpoint = load_state(cls, saved[-1])
        model.load_state_dict(checkpoint.current)
        restore_moments(optimizer, checkpoint.moments)
        return checkpoint

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        groups = {"best": self.best, "current": self.current, "moments": self.moments}
        arrays = {
            f"{group}/{key}": value.numpy() for group, part in groups.items() for key, value in part.items()
        }
        plain = {"epoch": self.epoch, "updates": self.updates, "best_epoch": self.best_epoch}
        return arrays, {**plain, "curves": self.curves}

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the checkpoint that `state` described."""
        groups: dict[str, Parameters] = {"best": {}, "current": {}, "moments": {}}
        for key, array in arrays.items():
            group, _, name = key.partition("/")
            groups[group][name] = torch.from_numpy(np.array(array))
        return cls(**config, best=groups["best"], current=groups["current"], moments=groups["moments"])


def copy_of(parameters: Mapping[str, Tensor]) -> Parameters:
    """Return copies in main memory."""
    return {name: value.detach().cpu().clone() for name, value in parameters.items()}


def moments_of(optimizer: torch.optim.Optimizer) -> Parameters:
    """Return the optimiser's tensors by `<parameter>.<name>`."""
    states = optimizer.state_dict()["state"]
    return copy_of({f"{place}.{name}": value for place, own in states.items() for name, value in own.items()})


def restore_moments(optimizer: torch.optim.Optimizer, moments: Parameters) -> None:
    """Undo `moments_of`."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    states: dict[int, dict[str, Any]] = {}
    for key, value in moments.items():
        place, _, name = key.partition(".")
        # A file gives single numbers back as arrays of one.
        shape = () if name == "step" else parameters[int(place)].shape
        states.setdefault(int(place), {})[name] = value.reshape(shape)
    optimizer.load_state_dict({**optimizer.state_dict(), "state": states})


def _saved(folder: Path) -> list[Path]:
    return sorted(folder.glob("epoch-*"))


def fingerprint(options: Mapping[str, Any], arrays: Arrays) -> str:
    """Return what tells one training from another: its options and all its data, 32 hexadecimal digits."""
    digest = hashlib.blake2b(json.dumps(options, sort_keys=True).encode(), digest_size=16)
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
