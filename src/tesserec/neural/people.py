"""What is known of people beside their histories, as one dense row each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.neural.projection import Projection

PREFIX = "people/"


@dataclass(frozen=True)
class PeopleFeatures:
    """The projected feature blocks of a person, side by side; a block that a person lacks is zero.

    Args:
        projections: By the name of the block, in alphabetical order.
    """

    projections: Mapping[str, Projection]

    @classmethod
    def fit(cls, blocks: Mapping[str, Matrix], known: np.ndarray, dimensions: int, seed: int) -> Self:
        """Learn the projections.

        Args:
            blocks: Blocks to use, each (users, features).
            known: People that may be learned from.
            dimensions: Greatest width of a projected block.
            seed: Of the projections of sparse blocks.
        """
        return cls({name: Projection.fit(blocks[name], known, dimensions, seed) for name in sorted(blocks)})

    def apply(self, blocks: Mapping[str, Matrix], n_people: int) -> np.ndarray:
        """Return the features of anyone with the same blocks, (people, user size) float32."""
        parts = [projection.apply(blocks[name]) for name, projection in self.projections.items()]
        return np.hstack([np.zeros((n_people, 0), dtype=np.float32), *parts])

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what `from_arrays` needs, by names that start with `PREFIX`."""
        return {
            f"{PREFIX}{name}/{key}": array
            for name, projection in self.projections.items()
            for key, array in (("directions", projection.directions), ("offset", projection.offset))
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Undo `arrays`; other arrays are passed over."""
        parts: dict[str, dict[str, np.ndarray]] = {}
        for key in sorted(key for key in arrays if key.startswith(PREFIX)):
            name, _, part = key.removeprefix(PREFIX).rpartition("/")
            parts.setdefault(name, {})[part] = arrays[key]
        return cls({name: Projection(**own) for name, own in parts.items()})
