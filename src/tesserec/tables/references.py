"""Keep tables consistent with the items: rows about unknown items are left out and counted."""

import numpy as np
import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.quality import TableQuality


def keep_known_items(
    frame: pd.DataFrame, item_ids: pd.Index, table: str, quality: TableQuality, *, column: str = "item_id"
) -> pd.DataFrame:
    """Return the rows whose item is known or not given.

    Args:
        frame: Any table with an item column.
        item_ids: The known items.
        table: The table's name, for messages.
        quality: Takes the findings.
        column: The item column.

    Raises:
        DataError: If rows name items and none of them is known.
    """
    codes, unique = pd.factorize(frame[column])
    known = np.append(pd.Index(unique).isin(item_ids), True)[codes]
    if len(unique) and not known[codes >= 0].any():
        raise DataError(
            f"No {column} of the table {table} is in the table items: {unique[0]!r} comes first, "
            f"where items has ids such as {item_ids[0]!r}; write the same ids in both tables."
        )
    return quality.keep(frame, known, "item is not in the table items", column)


def drop_duplicates(frame: pd.DataFrame, columns: list[str], quality: TableQuality) -> pd.DataFrame:
    """Return the first of rows that are equal in all the columns."""
    duplicated = frame.duplicated(columns).to_numpy()
    return quality.keep(frame, ~duplicated, "exact duplicate", columns[-1])
