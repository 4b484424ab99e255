"""The tables of the data contract, put together from columns."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

Column: TypeAlias = pd.Series | Sequence[Any]


def rating_table(user_id: Column, item_id: Column, value: Column, timestamp: Column) -> pd.DataFrame:
    """The `interactions` of a source whose events are all ratings.

    Args:
        user_id: One user per rating.
        item_id: One item per rating.
        value: Stars.
        timestamp: Seconds since 1970.

    Returns:
        One row per rating, in the order given, with the constant column `event`.
    """
    table = typed_table({"user_id": user_id, "item_id": item_id}, {"value": value, "timestamp": timestamp})
    table.insert(2, "event", pd.Series("rating", index=table.index, dtype="str"))
    return table


def text_table(user_id: Column, item_id: Column, kind: str, text: Column, timestamp: Column) -> pd.DataFrame:
    """The `texts` of a source whose texts are all of one kind, without those that say nothing.

    Args:
        user_id: One author per text.
        item_id: What each text is about.
        kind: Such as `review` or `tag`.
        text: The texts.
        timestamp: Seconds since 1970.

    Returns:
        One row per text that is not blank, in the order given.
    """
    table = typed_table({"user_id": user_id, "item_id": item_id, "text": text}, {"timestamp": timestamp})
    table.insert(2, "kind", pd.Series(kind, index=table.index, dtype="str"))
    said = table["text"].str.strip().fillna("") != ""
    return table[said].reset_index(drop=True)


def typed_table(words: Mapping[str, Column], numbers: Mapping[str, Column]) -> pd.DataFrame:
    """A table with string columns first and float columns after them.

    Args:
        words: String columns by name.
        numbers: Number columns by name.

    Returns:
        The table, with a fresh index.
    """
    columns = {name: pd.Series(column, dtype="str").reset_index(drop=True) for name, column in words.items()}
    columns |= {
        name: pd.Series(column, dtype="float64").reset_index(drop=True) for name, column in numbers.items()
    }
    return pd.DataFrame(columns)
