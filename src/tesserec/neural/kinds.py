"""Kinds of event, as the net reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn

PREFIX = "kinds/"


@dataclass(frozen=True)
class EventKinds:
    """The kinds of event that a model tells apart.

    Args:
        names: Sorted; none where all liked entries are alike, as there is nothing to tell apart.
        shares: (kinds,) float32 share of the liked entries that each is among.
    """

    names: tuple[str, ...]
    shares: np.ndarray

    @classmethod
    def fit(cls, kinds: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> Self:
        """Find the kinds to tell apart.

        Args:
            kinds: (entries,) bits in the order of `names`.
            weights: (entries,) strength of the preference; 0 is a dislike, which is not looked at.
            names: Of the kinds.
        """
        liked = kinds[weights > 0]
        if (liked == liked[:1]).all():
            return cls((), np.zeros(0, dtype=np.float32))
        shares = {name: float(((liked >> bit) & 1).mean()) for bit, name in enumerate(names)}
        found = {name: shares[name] for name in sorted(shares) if shares[name]}
        return cls(tuple(found), np.array(list(found.values()), dtype=np.float32))

    def read(self, kinds: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """Return the kinds of any profiles as bits in the order of the own names; others leave no bit.

        Args:
            kinds: (entries,) bits in the order of `names`.
            names: Of the kinds in those profiles.
        """
        bits = np.zeros_like(kinds)
        for place, name in enumerate(self.names):
            if name in names:
                bits |= ((kinds >> names.index(name)) & 1) << place
        return bits

    def weights(self, logits: np.ndarray) -> dict[str, float]:
        """Return how many times as much as the average entry one of each kind alone counts, by its name.

        Args:
            logits: (kinds,) learned by `HistorySum`.
        """
        relative = np.exp(logits - self.shares @ logits)
        return dict(zip(self.names, relative.tolist(), strict=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what `from_arrays` needs, by names that start with `PREFIX`."""
        return {PREFIX + name: self.shares[[place]] for place, name in enumerate(self.names)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Undo `arrays`; other arrays are passed over."""
        keys = sorted(key for key in arrays if key.startswith(PREFIX))
        shares = [arrays[key].ravel() for key in keys]
        names = tuple(key.removeprefix(PREFIX) for key in keys)
        return cls(names, np.concatenate([np.zeros(0, dtype=np.float32), *shares]))


class KindMarks(nn.Module):
    """From the bits of an entry to a number for each kind, centred like the strengths.

    An entry of which no kind is known is all 0, which is the average entry: so a net that learned with kinds
    also reads a bare list of items.

    Args:
        shares: (kinds,) share of the liked entries of each kind.
    """

    def __init__(self, shares: Tensor) -> None:
        super().__init__()
        self.shares: Tensor
        self.places: Tensor
        self.register_buffer("shares", shares, persistent=False)
        self.register_buffer("places", torch.arange(len(shares)), persistent=False)

    def forward(self, kinds: Tensor) -> Tensor:
        """Map bits, (batch, items), to (batch, items, kinds): 1 or 0, less the share of the kind."""
        marks = ((kinds[..., None] >> self.places) & 1) - self.shares
        return marks * (kinds != 0)[..., None]
