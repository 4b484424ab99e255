"""Load a model and its tokenizer from a folder: safetensors weights only, its own code only if trusted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import normalizers
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from tesserec.errors import ConfigError

_UNLIMITED = 1_000_000  # tokenizers that know no limit name an absurd one


def load_tokenizer(folder: Path, trust_remote_code: bool = False) -> PreTrainedTokenizerBase:
    """Load the tokenizer of the model in `folder`.

    Args:
        folder: The model's folder.
        trust_remote_code: Whether code in the folder may run.

    Raises:
        ConfigError: If the folder holds none that transformers can read.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, trust_remote_code=trust_remote_code, local_files_only=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unreadable("tokenizer", folder, error) from error
    if transformer_settings(folder).get("do_lower_case"):
        _lower_case(tokenizer)
    return tokenizer


def load_config(folder: Path, trust_remote_code: bool = False) -> PretrainedConfig:
    """Load the configuration of the model in `folder`.

    Args:
        folder: The model's folder.
        trust_remote_code: Whether code in the folder may run.

    Raises:
        ConfigError: If it cannot be read, or is that of a pair of encoder and decoder.
    """
    try:
        config = AutoConfig.from_pretrained(
            folder, trust_remote_code=trust_remote_code, local_files_only=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unreadable("configuration", folder, error) from error
    if config.is_encoder_decoder:
        raise ConfigError(
            f"token_encoding.model in {folder} is a pair of encoder and decoder ({config.model_type}): "
            "choose a model that is one of them"
        )
    return config


def load_model(
    folder: Path, dtype: torch.dtype, device: torch.device, trust_remote_code: bool = False
) -> PreTrainedModel:
    """Load the model in `folder` for inference.

    Args:
        folder: The model's folder.
        dtype: Number format of its weights.
        device: Where it is to run.
        trust_remote_code: Whether code in the folder may run.

    Raises:
        ConfigError: If it cannot be read.
    """
    model, _ = _read_weights(AutoModel, folder, dtype, trust_remote_code)
    model.config.use_cache = False  # only generation gains from it
    return model.eval().to(device)


def load_causal_model(
    folder: Path, dtype: torch.dtype, device: torch.device, trust_remote_code: bool = False
) -> PreTrainedModel:
    """Load the model in `folder` to write texts; arguments as for `load_model`.

    Raises:
        ConfigError: If it cannot be read, or was not trained to foretell the next token.
    """
    model, missing = _read_weights(AutoModelForCausalLM, folder, dtype, trust_remote_code)
    if missing:
        # transformers fills them with random numbers.
        raise ConfigError(
            f"token_encoding.model in {folder} cannot write texts, it lacks {missing[0]}: name a causal "
            "language model"
        )
    return model.eval().to(device)


def outline(config: PretrainedConfig, trust_remote_code: bool = False) -> PreTrainedModel:
    """Return the layers of a model without their numbers: its sizes, in no time and no memory."""
    with torch.device("meta"):
        return AutoModel.from_config(config, trust_remote_code=trust_remote_code)


def longest_input(folder: Path, layers: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the tokens, special ones included, that a model reads well at once.

    What its positions allow and, if less, its sentence-transformers configuration or else its tokenizer.

    Args:
        folder: The model's folder.
        layers: The model, or its `outline`.
        tokenizer: The model's tokenizer.
    """
    chosen = transformer_settings(folder).get("max_seq_length") or tokenizer.model_max_length
    limits = (chosen, _positions(layers))
    known = [int(limit) for limit in limits if limit is not None and limit < _UNLIMITED]
    return min(known, default=512)


def transformer_settings(folder: Path) -> dict[str, Any]:
    """Return what sentence-transformers noted of a model and its tokenizer; nothing, where it did not."""
    # Old folders call the file after the model: sentence_roberta_config.json.
    described = sorted(folder.glob("sentence_*_config.json"))
    return read_json(described[0]) if described else {}


def read_json(path: Path) -> Any:
    """Read a file of a model's folder.

    Raises:
        ConfigError: If it is missing or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"token_encoding.model: {path} cannot be read ({error}): restore it, or name another"
        ) from error


def _lower_case(tokenizer: PreTrainedTokenizerBase) -> None:
    """Let a tokenizer put texts into lower case before all else, but not the special tokens in them."""
    backend = tokenizer.backend_tokenizer
    before = [] if backend.normalizer is None else [backend.normalizer]
    backend.normalizer = normalizers.Sequence([normalizers.Lowercase(), *before])


def _read_weights(
    kind: type[AutoModel | AutoModelForCausalLM], folder: Path, dtype: torch.dtype, trust_remote_code: bool
) -> tuple[PreTrainedModel, list[str]]:
    """Return the model and the names of weights that its files lack."""
    try:
        with _without_progress_bar():
            model, loading = cast(Any, kind).from_pretrained(
                folder,
                dtype=dtype,
                use_safetensors=True,
                trust_remote_code=trust_remote_code,
                local_files_only=True,
                output_loading_info=True,
            )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unreadable("model", folder, error) from error
    return model, sorted(loading["missing_keys"])


@contextmanager
def _without_progress_bar() -> Iterator[None]:
    """Hide the bar of loading weights: it takes a moment and clutters logs."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()


def _positions(layers: PreTrainedModel) -> int | None:
    positions = getattr(layers.config, "max_position_embeddings", None)
    table = getattr(getattr(layers, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    # RoBERTa and its kin number real positions from the padding position on.
    return positions if positions is None or padding is None else positions - padding - 1


def _unreadable(what: str, folder: Path, error: Exception) -> ConfigError:
    reason = (str(error) or type(error).__name__).splitlines()[0]
    if "trust_remote_code" in str(error):
        return ConfigError(
            f"token_encoding.model in {folder} runs code of its own: read it, then set "
            "token_encoding.trust_remote_code to true, or name another model"
        )
    return ConfigError(
        f"token_encoding.model: the {what} in {folder} cannot be loaded ({reason}): name another"
    )
