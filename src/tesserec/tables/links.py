"""Clean the small tables of ids: relations, candidates and pairs."""

import pandas as pd

from tesserec.errors import DataError
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
