"""Items that are not to be recommended: to anybody, or to one person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.errors import ConfigError
from tesserec.features.blocks import positions
from tesserec.reranking.columns import suggestion


@dataclass(frozen=True)
class Exclusions:
    """Lists of excluded items.

    Args:
        everyone: Positions of the items that nobody is recommended.
        user_ids: (listed,) people with a list of their own.
        lists: (listed, items) 1 for every item of their list.
    """

    everyone: np.ndarray
    user_ids: np.ndarray
    lists: sp.csr_array

    def of(self, user_ids: np.ndarray) -> sp.csr_array:
        """Return the people's own lists, (users, items); empty for people without one."""
        rows = positions(self.user_ids, user_ids)
        listed = np.flatnonzero(rows >= 0)
        place = sp.csr_array(
            (np.ones(len(listed), np.float32), (listed, rows[listed])),
            shape=(len(user_ids), len(self.user_ids)),
        )
        return sp.csr_array(place @ self.lists)


def collect_exclusions(
    item_ids: np.ndarray, excluded: Sequence[str], table: pd.DataFrame, parameter: str
) -> Exclusions:
    """Join the excluded items of the parameters and of the table `exclusions`.

    Args:
        item_ids: (items,) ids.
        excluded: Ids that the parameters exclude for everyone.
        table: item_id, user_id (missing: for everyone); items that are unknown are passed over, as cleaning
            has counted them.
        parameter: Dotted path of the parameter, for messages.

    Raises:
        ConfigError: If the parameters name an unknown item.
    """
    named = positions(item_ids, excluded)
    if (named < 0).any():
        unknown = excluded[int(np.argmin(named))]
        raise ConfigError(
            f"Parameter {parameter} names the item {unknown!r}, which is not in the table items"
            f"{suggestion(unknown, item_ids.tolist())}"
        )
    columns = positions(item_ids, table["item_id"])
    own = table["user_id"].notna().to_numpy() & (columns >= 0)
    everyone = columns[table["user_id"].isna().to_numpy() & (columns >= 0)]
    rows, people = pd.factorize(table["user_id"][own], sort=True)
    lists = sp.csr_array(
        (np.ones(len(rows), np.float32), (rows, columns[own])), shape=(len(people), len(item_ids))
    )
    return Exclusions(np.union1d(named, everyone), np.asarray(people, dtype=object), lists)
