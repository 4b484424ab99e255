"""The person who asks: liked items and attributes as a profile that the recommender scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.errors import ConfigError
from tesserec.features.attributes import CategoryBlock, RangeBlock, columns_with
from tesserec.features.blocks import Matrix
from tesserec.features.fusion import fuse_rows
from tesserec.preflight import check_known
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.visitors import profile_of

_BLOCK = "demographics"


class Visitors:
    """Makes profiles of people whom the data does not hold.

    Args:
        users: Cleaned users, in the order of the profiles.
        roles: Role of each attribute column of `users`.
        data: What the recommender was fitted on.
        number_ranges: Ranges that number columns were cut into for it.
    """

    def __init__(
        self, users: pd.DataFrame, roles: Mapping[str, str], data: TrainingData, number_ranges: int
    ) -> None:
        self._data, self._roles = data, roles
        known = users.iloc[np.flatnonzero(data.profiles.lengths)]
        self._categories = CategoryBlock(columns_with(roles, "category", "multi_category"), roles).fit(known)
        self._ranges = RangeBlock(columns_with(roles, "number"), number_ranges).fit(known)
        self._values = {
            column: sorted(set(users[column].dropna().astype(str).str.split("|").explode()))
            for column in self._categories.columns
        }

    def profile(self, likes: Sequence[str], attributes: Mapping[str, str]) -> Profiles:
        """Return the profile of one person.

        Args:
            likes: Ids of liked items, oldest first.
            attributes: Values of attribute columns, as the users' table has them.

        Raises:
            ConfigError: If an attribute or a category is unknown, or a number is none.
        """
        profile = profile_of(likes, self._data)
        if not attributes:
            return profile
        for name in attributes:
            check_known("attribute", name, self._attributes)
        row = pd.DataFrame(
            {
                name: [self._value(name, attributes[name]) if name in attributes else None]
                for name in self._attributes
            }
        )
        described = sp.csr_array(sp.hstack([self._categories.transform(row), self._ranges.transform(row)]))
        blocks: dict[str, Matrix] = {**profile.blocks, _BLOCK: described.astype(np.float32)}
        if profile.fusing:
            blocks["fused"] = fuse_rows(blocks, profile.fusing)
        return replace(profile, blocks=blocks)

    @property
    def _attributes(self) -> list[str]:
        """The attributes that the recommender knows: none where it has no block of them."""
        known = [*self._categories.columns, *self._ranges.columns]
        return known if _BLOCK in self._data.profiles.blocks else []

    def _value(self, name: str, given: str) -> str | float:
        if name in self._values:
            check_known(f"value of {name!r}", given, self._values[name])
            return given
        try:
            return float(given)
        except ValueError:
            raise ConfigError(f"The attribute {name!r} is a number and cannot be {given!r}.") from None
