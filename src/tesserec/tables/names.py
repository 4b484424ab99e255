"""What items are called."""

import numpy as np
import pandas as pd

_WORDS = 8  # of a description that stands for a title


def titles_by_id(items: pd.DataFrame) -> dict[str, str]:
    """Return what each item is called, by its id; see `name_items`."""
    return dict(zip(items["item_id"], name_items(items), strict=True))


def name_items(items: pd.DataFrame) -> list[str]:
    """Return what each item is called: its title, else the beginning of its description, else its id.

    Args:
        items: (items,) item_id, title, description; empty where unknown.
    """
    split = items["description"].str.split()
    beginnings = split.str[:_WORDS].str.join(" ") + np.where(split.str.len() > _WORDS, " …", "")
    described = items["description"].str.len() > 0
    names = np.where(described, beginnings, items["item_id"])
    return np.where(items["title"].str.len() > 0, items["title"], names).tolist()
