"""From profiles to what the neural model reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from tesserec.features.blocks import FeatureBlocks
from tesserec.neural.events import Events, read_events, strength_scale
from tesserec.neural.kinds import EventKinds
from tesserec.neural.people import PeopleFeatures
from tesserec.recommenders.profiles import Profiles


@dataclass(frozen=True)
class ProfileReader:
    """What has to be known of the training to read anyone's profile the same way.

    Args:
        people: Projections of what is known of a person.
        scale: Centre and spread of `log(1 + weight)`.
        kinds: The kinds of event that are told apart.
    """

    people: PeopleFeatures
    scale: tuple[float, float]
    kinds: EventKinds

    @classmethod
    def fit(cls, profiles: Profiles, user_blocks: list[str], dimensions: int, seed: int) -> Self:
        """Learn how to read.

        Args:
            profiles: Of the training.
            user_blocks: Feature blocks of people to use, as far as there are any.
            dimensions: Greatest width of a projected block.
            seed: Of the projections of sparse blocks.
        """
        blocks = FeatureBlocks(profiles.user_ids, profiles.blocks, {}).select(user_blocks)
        active = np.flatnonzero(profiles.liked().lengths)
        return cls(
            PeopleFeatures.fit(blocks, active, dimensions, seed),
            strength_scale(profiles.weights),
            EventKinds.fit(profiles.kinds, profiles.weights, profiles.event_kinds),
        )

    def read(self, profiles: Profiles) -> Events:
        """Return the histories of anyone with the same blocks; kinds of event are matched by their names."""
        return read_events(
            profiles.indptr,
            profiles.items,
            profiles.weights,
            self.kinds.read(profiles.kinds, profiles.event_kinds),
            self.people.apply(profiles.blocks, len(profiles)),
            self.scale,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what `from_arrays` needs."""
        return {"strength_scale": np.array(self.scale), **self.people.arrays(), **self.kinds.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Undo `arrays`; other arrays are passed over."""
        centre, spread = arrays["strength_scale"].tolist()
        return cls(PeopleFeatures.from_arrays(arrays), (centre, spread), EventKinds.from_arrays(arrays))
