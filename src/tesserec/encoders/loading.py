"""Load a model and its tokenizer from a folder: safetensors weights only, no code from the folder."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from tesserec.errors import ConfigError

_UNLIMITED = 1_000_000  # tokenizers that know no limit name an absurd one


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Load the tokenizer of the model in `folder`.

    Raises:
        ConfigError: If the folder holds none that transformers can read.
    """
    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unreadable("tokenizer", folder, error) from error


def load_model(folder: Path, dtype: torch.dtype, device: torch.device) -> PreTrainedModel:
    """Load the model in `folder` for inference.

    Raises:
        ConfigError: If it cannot be read, or is a pair of encoder and decoder.
    """
    try:
        with _without_progress_bar():
            model = AutoModel.from_pretrained(
                folder, dtype=dtype, use_safetensors=True, trust_remote_code=False, local_files_only=True
            )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unreadable("model", folder, error) from error
    if model.config.is_encoder_decoder:
        raise ConfigError(
            f"token_encoding.model in {folder} is a pair of encoder and decoder ({model.config.model_type}): "
            "choose a model that is one of them"
        )
    model.config.use_cache = False  # only generation gains from it
    return model.eval().to(device)


def longest_input(folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the tokens, special ones included, that a model reads well at once.

    The least of what its sentence-transformers configuration, its tokenizer and its positions allow.
    """
    limits = [tokenizer.model_max_length, _positions(model)]
    described = folder / "sentence_bert_config.json"
    if described.exists():
        limits.append(json.loads(described.read_text(encoding="utf-8")).get("max_seq_length"))
    known = [int(limit) for limit in limits if limit is not None and limit < _UNLIMITED]
    return min(known, default=512)


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


def _positions(model: PreTrainedModel) -> int | None:
    positions = getattr(model.config, "max_position_embeddings", None)
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    # RoBERTa and its kin number real positions from the padding position on.
    return positions if positions is None or padding is None else positions - padding - 1


def _unreadable(what: str, folder: Path, error: Exception) -> ConfigError:
    reason = (str(error) or type(error).__name__).splitlines()[0]
    return ConfigError(
        f"token_encoding.model: the {what} in {folder} cannot be loaded ({reason}): name another"
    )
