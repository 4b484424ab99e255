"""The steps from raw tables to clean tables, text views and a split."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd

from tesserec.pipelines.preprocessing.options import PreprocessingOptions
from tesserec.protocol import describe_protocol
from tesserec.splits import resolve_method, split_interactions
from tesserec.tables.attributes import AttributeRules
from tesserec.tables.cleaning import Cleaned, clean_tables
from tesserec.tables.interactions import EventRules
from tesserec.tables.weights import weigh_events
from tesserec.text.views import item_text_views, user_text_views


def clean_raw_tables(
    raw_interactions: pd.DataFrame,
    raw_items: pd.DataFrame,
    raw_users: pd.DataFrame,
    raw_texts: pd.DataFrame,
    raw_relations: pd.DataFrame,
    raw_candidates: pd.DataFrame,
    raw_exclusions: pd.DataFrame,
    raw_pairs: pd.DataFrame,
    options: PreprocessingOptions,
) -> dict[str, Any]:
    """Clean all tables together, so that nothing is written before every table has been read and checked.

    Returns:
        The clean tables by name, `column_roles` and `data_quality`.
    """
    raw = {
        "interactions": raw_interactions,
        "items": raw_items,
        "users": raw_users,
        "texts": raw_texts,
        "relations": raw_relations,
        "candidates": raw_candidates,
        "exclusions": raw_exclusions,
        "pairs": raw_pairs,
    }
    cleaned: Cleaned = clean_tables(
        raw,
        item_rules=_attribute_rules(options, options.column_roles.items),
        user_rules=_attribute_rules(options, options.column_roles.users),
        event_rules=_event_rules(options),
    )
    return {**cleaned.tables, "column_roles": cleaned.roles, "data_quality": cleaned.quality}


def write_item_texts(items: pd.DataFrame, column_roles: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Give each item its contextual and its lexical text; see `item_text_views`."""
    return item_text_views(items, column_roles["items"])


def write_user_texts(texts: pd.DataFrame) -> pd.DataFrame:
    """Give each user text its contextual and its lexical form; see `user_text_views`."""
    return user_text_views(texts)


def split_events(
    interactions: pd.DataFrame, candidates: pd.DataFrame, options: PreprocessingOptions
) -> pd.DataFrame:
    """Put each event into train, valid or test; see `tesserec.splits`.

    Events are weighed anew, by what is usual in the training split.
    """
    divided = split_interactions(
        interactions, candidates=list(candidates["item_id"]), **options.split.model_dump()
    )
    weights = weigh_events(
        divided["event"],
        divided["value"].to_numpy(),
        event_weights=options.event_weights,
        default_event_weight=options.default_event_weight,
        value_weighting=options.value_weighting,
        known=(divided["split"] == "train").to_numpy(),
    )
    return divided.assign(weight=weights)


def state_protocol(
    split_interactions: pd.DataFrame, candidates: pd.DataFrame, options: PreprocessingOptions
) -> dict[str, Any]:
    """Write down how models will be judged; see `tesserec.protocol`."""
    item_ids = list(candidates["item_id"])
    return describe_protocol(
        split_interactions,
        item_ids,
        method=resolve_method(split_interactions, options.split.method, item_ids),
        options=options.split.model_dump(),
        relevance=options.relevance,
    )


def _attribute_rules(options: PreprocessingOptions, roles: dict[str, str]) -> AttributeRules:
    return AttributeRules(roles=roles, limits=options.limits, outlier_fence=options.outlier_fence)


def _event_rules(options: PreprocessingOptions) -> EventRules:
    latest = options.latest_date
    # A day of grace covers every time zone.
    latest = datetime.now(tz=UTC).date() + timedelta(days=1) if latest == "tomorrow" else latest
    return EventRules(
        event_weights=options.event_weights,
        default_event_weight=options.default_event_weight,
        value_weighting=options.value_weighting,
        rating_scale=options.rating_scale,
        date_limits=(_seconds(options.earliest_date), _seconds(latest + timedelta(days=1))),
        minimum_user_events=options.minimum_user_events,
        minimum_item_events=options.minimum_item_events,
        outlier_fence=options.outlier_fence,
    )


def _seconds(day: date) -> float:
    return datetime.combine(day, time(), tzinfo=UTC).timestamp()
