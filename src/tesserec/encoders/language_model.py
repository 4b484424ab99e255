"""A language model of which everything but the weights has been read."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import torch
from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from tesserec.encoders.loading import load_config, load_model, load_tokenizer, longest_input, outline
from tesserec.encoders.models import fetch_model, fingerprint, revision_of
from tesserec.errors import ConfigError


@dataclass(frozen=True)
class LanguageModel:
    """The folder of a model, its configuration and its tokenizer.

    Args:
        revision: Its commit, branch or tag, where there is one.
        folder: Where it lies.
        config: Its configuration.
        tokenizer: Its tokenizer.
        trust_remote_code: Whether code in the folder may run.
    """

    revision: str | None
    folder: Path
    config: PretrainedConfig
    tokenizer: PreTrainedTokenizerBase
    trust_remote_code: bool

    @classmethod
    def find(cls, name: str, revision: str | None, trust_remote_code: bool) -> Self:
        """Find a model, downloaded first if it is only on the hub.

        Args:
            name: The bundled model's name, the path of a folder, or a name on the Hugging Face hub.
            revision: Branch, tag or commit on the hub; None for the newest.
            trust_remote_code: Whether code that comes with the model may run.

        Raises:
            ConfigError: If the model cannot be had.
        """
        folder = fetch_model(name, revision)
        config = load_config(folder, trust_remote_code)
        tokenizer = load_tokenizer(folder, trust_remote_code)
        return cls(revision_of(folder, revision), folder, config, tokenizer, trust_remote_code)

    @property
    def fingerprint(self) -> str:
        """Hash of the model's files."""
        return fingerprint(self.folder)

    @cached_property
    def outline(self) -> PreTrainedModel:
        """Its layers without their numbers."""
        return outline(self.config, self.trust_remote_code)

    @cached_property
    def longest(self) -> int:
        """The most tokens, special ones included, that the model reads well at once."""
        return longest_input(self.folder, self.outline, self.tokenizer)

    def number(self, name: str) -> int:
        """Return a number of the part of the configuration that is about text, such as `hidden_size`.

        Raises:
            ConfigError: If it has none.
        """
        found = getattr(self.config.get_text_config(), name, None)
        if found is None:
            raise ConfigError(
                f"token_encoding.model in {self.folder} is of the type {self.config.model_type}, which tells "
                f"no {name}: choose a model of texts"
            )
        return int(found)

    @property
    def pad_id(self) -> int:
        """The token that fills the end of a short sequence; it is never attended to."""
        known = (self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0)
        return next(token for token in known if token is not None)  # decoders may have none for padding

    def load(self, dtype: torch.dtype, device: torch.device) -> PreTrainedModel:
        """Load the weights."""
        return load_model(self.folder, dtype, device, self.trust_remote_code)
