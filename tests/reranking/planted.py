"""A small shop whose right answers can be told by looking."""

import numpy as np
import pandas as pd

from tesserec.reranking import ItemColumns

ROLES = {"price": "number", "category": "category", "genre": "multi_category", "blurb": "text"}


def shop() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_id": ["a", "b", "c", "d", "e", "f"],
            "price": [10.0, 50.0, 50.5, np.nan, 20.0, 99.0],
            "category": ["Books > Crime", "Books > Crime > Nordic", "Books", "Music", np.nan, "Bookshelves"],
            "genre": ["Drama|War", "Drama", "Comedy", np.nan, "Comedy|Drama", "War"],
            "blurb": ["x", "", "y", "z", "", "w"],
        }
    )


def columns() -> ItemColumns:
    return ItemColumns(shop(), ROLES)


def candidates(*lists: list[int]) -> np.ndarray:
    """Candidate lists, padded with -1."""
    depth = max(map(len, lists))
    return np.array([one + [-1] * (depth - len(one)) for one in lists])


def falling(items: np.ndarray) -> np.ndarray:
    """Scores that fall by 1 from place to place, (users, depth) float32."""
    return np.tile(np.arange(items.shape[1], 0, -1, dtype=np.float32), (len(items), 1))
