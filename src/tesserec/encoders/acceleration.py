"""Two ways to make a loaded model faster at some price."""

import os
import shutil
import warnings
from typing import cast

import torch
from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
from transformers import PreTrainedModel

from tesserec.errors import ConfigError


def quantized(model: PreTrainedModel) -> PreTrainedModel:
    """Return a float32 model whose linear layers multiply eight-bit integers.

    Weights are rounded once, by output channel; activations as they come.

    Args:
        model: A model on the processor.
    """
    with warnings.catch_warnings():
        # The successor of this function is a package of its own, for which there is no need yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        return quantize_dynamic(model, {torch.nn.Linear: per_channel_dynamic_qconfig})


def compiled(model: PreTrainedModel) -> PreTrainedModel:
    """Return the model with its operations fused by `torch.compile`, half a minute at the first batches.

    Raises:
        ConfigError: If the model runs on the processor, and there is no C++ compiler.
    """
    processor = model.device.type == "cpu"
    if processor and not any(map(shutil.which, (os.environ.get("CXX", "g++"), "clang++", "c++"))):
        raise ConfigError(
            "token_encoding.compile is true, but there is no C++ compiler: install g++, or set it to false"
        )
    # Frozen weights are laid out once as the processor's matrix units want them.
    return cast(PreTrainedModel, torch.compile(model, dynamic=True, options={"freezing": processor}))
