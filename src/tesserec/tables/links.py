"""Clean the small tables of ids: relations, candidates, exclusions and pairs."""

import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.checks import MISSING_IDS
from tesserec.tables.contract import CONTRACTS
from tesserec.tables.quality import TableQuality, ignore_columns
from tesserec.tables.references import drop_duplicates, keep_known_items

ITEM = "item"


def clean_relations(raw: pd.DataFrame, item_ids: pd.Index) -> tuple[pd.DataFrame, TableQuality]:
    """Clean the relations: types and names in lower case, no relation of an unknown item, none twice.

    Args:
        raw: The table as read.
        item_ids: The known items.

    Raises:
        DataError: If the table has rows and each is about an unknown item.
    """
    quality = TableQuality(len(raw))
    ignore_columns(raw, "relations", quality)
    columns = list(CONTRACTS["relations"].columns)
    labels = {
        column: raw[column].str.strip().str.lower() for column in ("head_type", "relation", "tail_type")
    }
    relations = raw[columns].assign(**labels)
    for end in ("head", "tail"):
        unknown = (relations[f"{end}_type"] == ITEM) & ~relations[f"{end}_id"].isin(item_ids)
        relations = quality.keep(
            relations, ~unknown.to_numpy(), "item is not in the table items", f"{end}_id"
        )
    if relations.empty and len(raw):
        raise DataError(
            "Every row of the table relations names an item that is not in the table items: write the same "
            "ids in both tables, or remove the file."
        )
    relations = drop_duplicates(relations, columns, quality)
    quality.rows_kept = len(relations)
    return relations, quality


def clean_id_table(raw: pd.DataFrame, item_ids: pd.Index, name: str) -> tuple[pd.DataFrame, TableQuality]:
    """Clean `candidates` or `pairs`: no unknown item, no row twice.

    Args:
        raw: The table as read.
        item_ids: The known items.
        name: The table.

    Raises:
        DataError: If the table has rows and each is about an unknown item.
    """
    quality = TableQuality(len(raw))
    ignore_columns(raw, name, quality)
    columns = list(CONTRACTS[name].columns)
    table = keep_known_items(raw[columns], item_ids, name, quality)
    table = drop_duplicates(table, columns, quality)
    quality.rows_kept = len(table)
    return table, quality


def clean_exclusions(
    raw: pd.DataFrame, item_ids: pd.Index, user_ids: pd.Index
) -> tuple[pd.DataFrame, TableQuality]:
    """Clean the exclusions: no unknown item, no row twice, and a user column in any case.

    Args:
        raw: The table as read.
        item_ids: The known items.
        user_ids: The known people; a row about somebody else is kept, but noted, as it does nothing.

    Returns:
        item_id and user_id, missing where nobody is to be recommended the item; and what happened.

    Raises:
        DataError: If the table has rows and each is about an unknown item.
    """
    quality = TableQuality(len(raw))
    ignore_columns(raw, "exclusions", quality)
    people = raw["user_id"] if "user_id" in raw else pd.Series(None, index=raw.index, dtype="str")
    table = raw[["item_id"]].assign(user_id=people.mask(people.str.strip().isin(MISSING_IDS)))
    table = keep_known_items(table, item_ids, "exclusions", quality)
    table = drop_duplicates(table, ["user_id", "item_id"], quality)
    for_all = table["user_id"].isna()
    quality.notice("user_id", "no user is named: excluded for everybody", table["item_id"][for_all])
    unknown = ~for_all & ~table["user_id"].isin(user_ids)
    quality.notice("user_id", "user is in no other table: nothing is excluded", table["user_id"][unknown])
    quality.rows_kept = len(table)
    return table, quality
