"""What every encoder offers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.encoders.statistics import EncodingStatistics


@dataclass(frozen=True)
class Description:
    """What decides an encoder's vectors: enough to tell whether two encoders would agree."""

    encoder: str
    model: str
    revision: str | None
    fingerprint: str
    size: int


class Encoder(ABC):
    """Turns texts into vectors of one size."""

    description: Description

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        return self.description.size

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one vector of length one per text, zeros for a text without a token: float32, (n, d)."""
        return self.encode_measured(texts)[0]

    @abstractmethod
    def encode_measured(self, texts: Sequence[str]) -> tuple[np.ndarray, EncodingStatistics]:
        """Encode texts as `encode` does, and report counts and times beside the vectors."""
