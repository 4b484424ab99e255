"""What every encoder offers."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tesserec.encoders.texts import different_texts, spread

_GENERATION = 1  # to be raised when a change of the code changes vectors that are stored already

Progress = Callable[[int], object]


def nobody(texts: int) -> None:
    """Take no notice."""


@dataclass(frozen=True)
class Description:
    """What an encoder is.

    Args:
        encoder: The kind of encoder.
        model: The model as the parameters name it.
        revision: Its commit, branch or tag, where there is one.
        fingerprint: Hash of the model's files: weights, configuration and tokenizer.
        size: The number of dimensions d.
    """

    encoder: str
    model: str = field(metadata={"names_only": True})
    revision: str | None = field(metadata={"names_only": True})
    fingerprint: str
    size: int

    @property
    def digest(self) -> str:
        """Hash of all that decides the vectors: two encoders with the same one agree, 32 hexadecimal digits.

        Where a model lies, what it is called and on which device it runs decides nothing.
        """
        names_only = {name for name, entry in self.__dataclass_fields__.items() if entry.metadata}
        decisive = {name: value for name, value in asdict(self).items() if name not in names_only}
        text = json.dumps([_GENERATION, decisive], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class TextVectors:
    """What an encoder made of some texts.

    Args:
        vectors: One vector per text, zeros for a text without a token: float32, (texts, d).
        tokens: Tokens read of each text, special ones included, int32, (texts,).
        windows: Windows that each text was cut into, int32, (texts,).
        truncated: Tokens of each text that were left unread, int32, (texts,).
        padding: Tokens of padding read beside them.
    """

    vectors: np.ndarray
    tokens: np.ndarray
    windows: np.ndarray
    truncated: np.ndarray
    padding: int = 0


class Encoder(ABC):
    """Turns texts into vectors of one size, in two steps, so that one text is prepared while another is read.

    No other text changes a vector by more than rounding.
    """

    description: Description

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        return self.description.size

    def load(self) -> None:
        """Load what `read` needs; called once, in the main thread, before the first text is read."""

    @abstractmethod
    def prepare(self, texts: Sequence[str]) -> Any:
        """Turn texts into what `read` takes; safe beside a `read` in another thread."""

    @abstractmethod
    def read(self, prepared: Any, progress: Progress = nobody) -> TextVectors:
        """Return the vectors of prepared texts; `progress` is told how many more texts are done."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one vector per text, zeros for a text without a token: float32, (texts, d).

        Each different text is encoded once. All are held in memory; `tesserec.encoders.corpus` streams.
        """
        different, places = different_texts(texts)
        return spread(self.read(self.prepare(different)).vectors, places)
