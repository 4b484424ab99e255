"""Clean all tables of a data set in one pass, so that they agree with one another."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from tesserec.tables.attributes import AttributeRules
from tesserec.tables.entities import clean_items, clean_users
from tesserec.tables.interactions import EventRules, clean_interactions
from tesserec.tables.links import clean_exclusions, clean_id_table, clean_relations
from tesserec.tables.texts import clean_user_texts


@dataclass(frozen=True)
class Cleaned:
    """A cleaned data set.

    Args:
        tables: The eight tables of the contract by name.
        roles: Role by attribute column, for `items` and `users`.
        quality: `{"tables": {name: findings}}`, ready for JSON; see `tesserec.tables.quality.TableQuality`.
    """

    tables: dict[str, pd.DataFrame]
    roles: dict[str, dict[str, str]]
    quality: dict[str, Any]


def clean_tables(
    raw: Mapping[str, pd.DataFrame],
    *,
    item_rules: AttributeRules,
    user_rules: AttributeRules,
    event_rules: EventRules,
) -> Cleaned:
    """Clean the eight tables of the contract.

    Args:
        raw: Each table as read; optional tables may be empty.
        item_rules: What the parameters say about item columns.
        user_rules: What the parameters say about user columns.
        event_rules: What the parameters say about events.

    Raises:
        DataError: If a table has rows and none can be used.
        ConfigError: If an overridden role does not fit the columns.
    """
    items, item_roles, item_quality = clean_items(raw["items"], item_rules)
    item_ids = pd.Index(items["item_id"])
    # Also people whose every event is about an unknown item are people to recommend to.
    mentioned = [raw[table]["user_id"] for table in ("interactions", "texts")]
    users, user_roles, user_quality = clean_users(raw["users"], mentioned, user_rules)
    others = {
        "interactions": clean_interactions(raw["interactions"], item_ids, event_rules),
        "texts": clean_user_texts(raw["texts"], item_ids, event_rules.date_limits),
        "relations": clean_relations(raw["relations"], item_ids),
        "candidates": clean_id_table(raw["candidates"], item_ids, "candidates"),
        "exclusions": clean_exclusions(raw["exclusions"], item_ids, pd.Index(users["user_id"])),
        "pairs": clean_id_table(raw["pairs"], item_ids, "pairs"),
    }
    qualities = {name: quality for name, (_, quality) in others.items()}
    qualities |= {"items": item_quality, "users": user_quality}
    return Cleaned(
        tables={"items": items, "users": users} | {name: table for name, (table, _) in others.items()},
        roles={"items": item_roles, "users": user_roles},
        quality={"tables": {name: asdict(qualities[name]) for name in raw}},
    )
