"""Profiles of people: activity, interests, opinions and what they told of themselves."""

from collections.abc import Mapping

import pandas as pd

from tesserec.semantics import SEPARATOR
from tesserec.semantics.interests import find_interests
from tesserec.semantics.likings import find_likings

_TOLD = ("category", "multi_category", "number")


def profile_users(
    users: pd.DataFrame,
    roles: Mapping[str, str],
    interactions: pd.DataFrame,
    texts: pd.DataFrame,
    item_cards: pd.DataFrame,
    opinions: pd.DataFrame,
    aspect_opinions: pd.DataFrame,
    *,
    groups: int,
    keywords: int,
    likings: int,
) -> pd.DataFrame:
    """Sum up each person.

    Takes time and memory in proportion to events, opinions and the keywords of the items chosen.

    Args:
        users: user_id and attributes; everyone gets a profile, with or without a history.
        roles: Role of each attribute column.
        interactions: user_id, item_id, value, timestamp, weight (strength of preference, 0 or more), oldest
            first within each user.
        texts: user_id, item_id (None: about no item), interest, topic.
        item_cards: item_id, interest, interest_name, topic, topic_name, keywords (joined by `|`).
        opinions: user_id, positive: the probability that a text is favourable, NaN if it has no side.
        aspect_opinions: user_id, aspect, phrase, positive.
        groups: Most interests in a profile, and most topics.
        keywords: Most keywords in a profile.
        likings: Most likes, and most dislikes, in a profile.

    Returns:
        One row per person: user_id; events, mean_value, first_timestamp, last_timestamp (NaN if unknown);
        interests, topics, their names, weights and trends, keywords (`find_interests`); texts (how many were
        written), sentiment (mean of `positive`, NaN without opinions), likes, dislikes (`find_likings`); and
        attributes, `column: value`; lists are joined by `|`.
    """
    ids = pd.Index(users["user_id"])
    parts = [
        _activity(interactions).reindex(ids),
        find_interests(ids, interactions, texts, item_cards, groups, keywords).set_index(ids),
        _writing(opinions).reindex(ids),
        find_likings(ids, aspect_opinions, likings),
        _attributes(users, roles).set_axis(ids),
    ]
    profiles = pd.concat(parts, axis=1).rename_axis("user_id").reset_index()
    return profiles.astype({"user_id": users["user_id"].dtype}).assign(
        events=profiles["events"].fillna(0).astype("int64"),
        texts=profiles["texts"].fillna(0).astype("int64"),
    )


def _activity(interactions: pd.DataFrame) -> pd.DataFrame:
    return interactions.groupby("user_id").agg(
        events=("item_id", "size"),
        mean_value=("value", "mean"),
        first_timestamp=("timestamp", "min"),
        last_timestamp=("timestamp", "max"),
    )


def _writing(opinions: pd.DataFrame) -> pd.DataFrame:
    return opinions.groupby("user_id").agg(texts=("positive", "size"), sentiment=("positive", "mean"))


def _attributes(users: pd.DataFrame, roles: Mapping[str, str]) -> pd.Series:
    """Return `column: value` of all that is known, joined; a multi-category's values are joined by commas."""
    told = pd.Series("", index=users.index, dtype="str", name="attributes")
    for column, role in roles.items():
        if role not in _TOLD:
            continue
        values = users[column].map("{:g}".format, na_action="ignore") if role == "number" else users[column]
        values = values.astype("str").str.replace(SEPARATOR, ", ", regex=False)
        named = (column + ": " + values).where(users[column].notna(), "")
        told = told.str.cat(named, sep=SEPARATOR).str.strip(SEPARATOR)
    return told
