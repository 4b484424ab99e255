"""What every encoder offers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Encoder(Protocol):
    """Turns texts into vectors of one size."""

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one vector of length one per text, zeros for a text without a token: float32, (n, d)."""
        ...
