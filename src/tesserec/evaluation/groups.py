"""Groups of items that an evaluation looks at apart: by the language of their text, by category."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.reranking.columns import NO_VALUE, STEP, Categories, ItemColumns

# A level of a tree of categories tells items apart unless one value holds more than this share of them.
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Groups:
    """Which items belong together.

    Args:
        names: (groups,) what the groups are called.
        members: (items, groups) 1 where an item is in a group; an item may be in several, or in none.
    """

    names: np.ndarray
    members: sp.csr_array


def group_items(
    item_ids: np.ndarray, items: pd.DataFrame, roles: Mapping[str, str], item_texts: pd.DataFrame
) -> dict[str, Groups]:
    """Group items by language and, if a column holds categories, by category.

    Args:
        item_ids: (items,) ids in the order of the item positions.
        items: Cleaned items.
        roles: Role of each attribute column of `items`.
        item_texts: `item_id, language, contextual`; an item without text is in no language.

    Returns:
        `language` and, where there is a column of categories, `category`.
    """
    columns = ItemColumns(items.set_index("item_id", drop=False).loc[item_ids], roles)
    texts = item_texts.set_index("item_id").reindex(item_ids)
    groups = {"language": _by_value(texts["language"].where(texts["contextual"] != ""))}
    categories = columns.main_categories()
    return groups if categories is None else groups | {"category": by_first_level(categories)}


def by_first_level(categories: Categories) -> Groups:
    """Group items by the first level of their paths that tells them apart.

    A path such as `Books > Crime > Nordic` counts as `Books`. In a shop where nine in ten items are `Beauty`,
    it counts by its first two levels, and so on; where none tells items apart, by the first.
    """
    rows, places = np.nonzero(categories.codes != NO_VALUE)
    paths = [str(name).split(STEP) for name in categories.names]
    found: list[Groups] = []
    for depth in range(1, max(map(len, paths), default=1) + 1):
        cut = np.array([STEP.join(path[:depth]) for path in paths], dtype=object)
        found.append(_grouped(rows, cut[categories.codes[rows, places]], len(categories.codes)))
        sizes = found[-1].members.sum(axis=0)
        if sizes.max(initial=0) <= _NEARLY_ALL * len(np.unique(rows)):
            return found[-1]
    return found[0]


def _by_value(values: pd.Series) -> Groups:
    known = np.flatnonzero(values.notna())
    return _grouped(known, values.to_numpy(object)[known], len(values))


def _grouped(rows: np.ndarray, values: np.ndarray, items: int) -> Groups:
    """Return the groups of items at `rows` with one of the `values` each, (pairs,)."""
    codes, names = pd.factorize(values, sort=True)
    members = sp.csr_array((np.ones(len(rows)), (rows, codes)), shape=(items, len(names)))
    members.data[:] = 1  # an item of two paths below one level is in its group once
    return Groups(np.asarray(names, dtype=object), members)
