"""Clean the texts that users wrote."""

from hashlib import blake2b

import pandas as pd

from tesserec.errors import DataError
from tesserec.tables.interactions import clean_labels, clean_timestamps
from tesserec.tables.quality import TableQuality, ignore_columns
from tesserec.tables.references import drop_duplicates, keep_known_items
from tesserec.text.cleaning import clean_texts

UNNAMED_KIND = "text"
KEY_BYTES = 12
COLUMNS = ["text_id", "user_id", "item_id", "kind", "text", "timestamp"]


def clean_user_texts(
    raw: pd.DataFrame, item_ids: pd.Index, date_limits: tuple[float, float]
) -> tuple[pd.DataFrame, TableQuality]:
    """Clean the texts.

    Args:
        raw: The table as read.
        item_ids: The known items.
        date_limits: Earliest and latest possible date, in seconds since 1970.

    Returns:
        text_id (a hash of the row's content), user_id, item_id (NaN for a text about no item), kind, text and
        timestamp; and what happened on the way.

    Raises:
        DataError: If the table has rows and none can be used.
    """
    quality = TableQuality(len(raw))
    ignore_columns(raw, "texts", quality)
    texts = pd.DataFrame({
        "user_id": raw["user_id"],
        "item_id": _item_ids(raw),
        "kind": clean_labels(raw, "kind", UNNAMED_KIND, quality),
        "text": clean_texts(raw["text"]),
        "timestamp": clean_timestamps(raw, "texts", date_limits, quality),
    })  # fmt: skip
    texts = quality.keep(texts, (texts["text"] != "").to_numpy(), "text is empty", "user_id")
    if texts.empty and len(raw):
        raise DataError(
            "The table texts has no usable row: every text is empty; add texts or remove the file."
        )
    texts = keep_known_items(texts, item_ids, "texts", quality)
    texts["text_id"] = _content_keys(texts)
    texts = drop_duplicates(texts, ["text_id"], quality)
    quality.rows_kept = len(texts)
    return texts[COLUMNS], quality


def _item_ids(raw: pd.DataFrame) -> pd.Series:
    if "item_id" not in raw:
        return pd.Series(None, index=raw.index, dtype="str")
    return raw["item_id"].mask(raw["item_id"].str.strip() == "")


def _content_keys(texts: pd.DataFrame) -> pd.Series:
    rows = zip(*(texts[column] for column in COLUMNS[1:]), strict=True)
    keys = [blake2b("\0".join(map(str, row)).encode(), digest_size=KEY_BYTES).hexdigest() for row in rows]
    return pd.Series(keys, index=texts.index, dtype="str")
