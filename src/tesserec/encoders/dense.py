"""Dense layers, which some sentence encoders put behind the pooling."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from tesserec.encoders.loading import read_json
from tesserec.errors import ConfigError

_ACTIVATIONS: dict[str, type[torch.nn.Module]] = {
    layer.__name__: layer
    for layer in (
        torch.nn.ELU,
        torch.nn.GELU,
        torch.nn.Identity,
        torch.nn.LeakyReLU,
        torch.nn.ReLU,
        torch.nn.SELU,
        torch.nn.Sigmoid,
        torch.nn.SiLU,
        torch.nn.Tanh,
    )
}


@dataclass(frozen=True)
class DenseLayer:
    """A linear layer with an activation function, as a sub-folder describes it.

    Args:
        folder: Holds `config.json` and `model.safetensors`.
        inputs: Size of the vectors that it takes.
        outputs: Size of those that it gives.
        bias: Whether it adds a bias.
        activation: Name of the activation function in torch.
    """

    folder: Path
    inputs: int
    outputs: int
    bias: bool
    activation: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the configuration of a layer; its weights are left where they are.

        Raises:
            ConfigError: If it does something that does not exist here, or its weights are no safetensors.
        """
        described = read_json(folder / "config.json")
        named = described.get("activation_function", "torch.nn.Tanh")
        library, _, activation = named.rpartition(".")
        if not library.startswith("torch.nn") or activation not in _ACTIVATIONS:
            raise ConfigError(
                f"token_encoding.model: the layer in {folder} has the activation {named}, which is not known "
                f"here: choose a model with {', '.join(_ACTIVATIONS)}"
            )
        source = described.get("module_input_name", "sentence_embedding")
        if described.get("use_residual") or source != "sentence_embedding":
            raise ConfigError(
                f"token_encoding.model: the layer in {folder} adds its input or reads {source}, which does "
                "not exist here: choose a model without it"
            )
        if not (folder / "model.safetensors").exists():
            raise ConfigError(
                f"token_encoding.model: the layer in {folder} has no model.safetensors, and pickled weights "
                "are not read: save the model again with sentence-transformers, or name another"
            )
        return cls(
            folder,
            described["in_features"],
            described["out_features"],
            described.get("bias", True),
            activation,
        )

    def load(self) -> torch.nn.Module:
        """Load the layer: (batch, inputs) → (batch, outputs), float32.

        Raises:
            ConfigError: If its weights do not fit its configuration.
        """
        with torch.device("meta"):  # no random numbers are drawn for weights that are read
            linear = torch.nn.Linear(self.inputs, self.outputs, bias=self.bias)
        layer = torch.nn.Sequential(OrderedDict(linear=linear, activation=_ACTIVATIONS[self.activation]()))
        try:
            layer.load_state_dict(load_file(self.folder / "model.safetensors"), assign=True)
        except (OSError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(
                f"token_encoding.model: the weights in {self.folder} do not fit their config.json "
                f"({reason}): restore the folder, or name another"
            ) from error
        return layer.float()


def output_size(inputs: int, layers: Sequence[DenseLayer]) -> int:
    """Return the size of a vector behind layers, one after the other.

    Args:
        inputs: Its size before them.
        layers: In the order in which they are run.

    Raises:
        ConfigError: If a layer takes vectors of another size.
    """
    size = inputs
    for layer in layers:
        if layer.inputs != size:
            raise ConfigError(
                f"token_encoding.pooling gives vectors of {size}, but the layer in {layer.folder} takes "
                f"{layer.inputs}: set token_encoding.pooling to auto"
            )
        size = layer.outputs
    return size
