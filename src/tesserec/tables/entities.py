"""Clean items and users: one row per id, attributes by their role."""

import pandas as pd

from tesserec.tables.attributes import MISSING, AttributeRules, clean_attributes
from tesserec.tables.quality import TableQuality
from tesserec.text.cleaning import clean_texts


def clean_items(
    raw: pd.DataFrame, rules: AttributeRules
) -> tuple[pd.DataFrame, dict[str, str], TableQuality]:
    """Clean the items.

    Args:
        raw: The table as read, one row per item.
        rules: What the parameters say about attributes.

    Returns:
        item_id, title and description ("" where missing) and the attributes; the role by attribute; and what
        happened on the way.
    """
    quality = TableQuality(len(raw), rows_kept=len(raw))
    named = [column for column in ("title", "description") if column in raw]
    attributes, roles = clean_attributes(raw.drop(columns=["item_id", *named]), rules, "items", quality)
    titles = clean_texts(raw["title"])
    described = raw["description"] if "description" in raw else pd.Series(None, index=raw.index, dtype="str")
    # A title may well be "None" or "N/A"; a description that says so is none.
    descriptions = clean_texts(described.mask(described.isin(MISSING)))
    quality.fill("title", "missing title becomes empty", int((titles == "").sum()))
    quality.fill("description", "missing description becomes empty", int((descriptions == "").sum()))
    items = pd.DataFrame({"item_id": raw["item_id"], "title": titles, "description": descriptions})
    return pd.concat([items, attributes], axis=1), roles, quality


def clean_users(
    raw: pd.DataFrame, mentioned: list[pd.Series], rules: AttributeRules
) -> tuple[pd.DataFrame, dict[str, str], TableQuality]:
    """Clean the users, and add those whom only other tables mention.

    Args:
        raw: The table as read, one row per user.
        mentioned: User columns of other tables.
        rules: What the parameters say about attributes.

    Returns:
        user_id and the attributes, NaN for users without any; the role by attribute; and what happened.
    """
    quality = TableQuality(len(raw))
    attributes, roles = clean_attributes(raw.drop(columns="user_id"), rules, "users", quality)
    known = pd.concat([raw[["user_id"]], attributes], axis=1)
    everyone = pd.concat([raw["user_id"], *mentioned], ignore_index=True).drop_duplicates()
    users = everyone.to_frame("user_id").merge(known, on="user_id", how="left")
    for column, role in roles.items():
        if role == "text":
            users[column] = users[column].fillna("")
    added = len(users) - len(raw)
    quality.fill("user_id", "users of interactions and texts who are not in the table users", added)
    quality.rows_kept = len(users)
    return users, roles, quality
