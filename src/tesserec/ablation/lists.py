"""Lists of items as a table, and back."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tesserec.features.blocks import positions


def lists_to_table(
    lists: Mapping[str, np.ndarray], user_ids: np.ndarray, item_ids: np.ndarray
) -> pd.DataFrame:
    """Return arm, user_id, rank (1 is best) and item_id.

    Args:
        lists: (users, length) item positions by arm, best first, -1 where there is no item.
        user_ids: (users,).
        item_ids: (items,).
    """
    frames = []
    for arm, best in lists.items():
        users, places = np.nonzero(best >= 0)
        ids = {"user_id": user_ids[users], "rank": places + 1, "item_id": item_ids[best[users, places]]}
        frames.append(pd.DataFrame({"arm": arm, **ids}))
    return pd.concat(frames, ignore_index=True)


def table_to_lists(
    table: pd.DataFrame, user_ids: np.ndarray, item_ids: np.ndarray, length: int
) -> dict[str, np.ndarray]:
    """Undo `lists_to_table`; whoever has no row in it has an empty list.

    Args:
        table: As `lists_to_table` returns it.
        user_ids: (users,).
        item_ids: (items,).
        length: Of the lists, at least the greatest rank.
    """
    lists = {}
    for arm, rows in table.groupby("arm", sort=False):
        best = np.full((len(user_ids), length), -1, dtype=np.int64)
        best[positions(user_ids, rows["user_id"]), rows["rank"] - 1] = positions(item_ids, rows["item_id"])
        lists[str(arm)] = best
    return lists
