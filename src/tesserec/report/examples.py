"""A few people with what they have and what they were recommended, chosen without looking at the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tesserec.recommenders.reasons import OF_PERSON
from tesserec.report.cards import NOBODY, ProfileCard, profile_card
from tesserec.report.likeness import PAIR, Likeness


@dataclass(frozen=True)
class Suggestion:
    """One recommended item.

    Args:
        rank: 1 is best.
        title: What it is called.
        reason: A sentence, or nothing.
        shares: What each source of evidence gave to the score, the greatest first; together 1, or none.
        likeness: Its text beside that of an item of the history, if both were read.
    """

    rank: int
    title: str
    reason: str
    shares: dict[str, float]
    likeness: Likeness | None = None


@dataclass(frozen=True)
class Example:
    """One person.

    Args:
        user_id: Who.
        known_items: Number of different items in the history.
        card: What is known of the person.
        history: Titles of the latest of them, newest first.
        suggestions: The top of the list.
    """

    user_id: str
    known_items: int
    card: ProfileCard
    history: list[str]
    suggestions: list[Suggestion]


def choose_examples(
    recommendations: pd.DataFrame,
    evidence: pd.DataFrame,
    interactions: pd.DataFrame,
    titles: Mapping[str, str],
    user_profiles: pd.DataFrame,
    likenesses: Mapping[tuple[str, str], Likeness],
    *,
    people: int,
    history: int,
    suggestions: int,
    private: bool,
) -> list[Example]:
    """Pick people at equal steps from the shortest to the longest history, and look up their titles.

    Args:
        recommendations: `user_id, item_id, rank, reason`.
        evidence: `user_id, item_id, source, kind, share, named`.
        interactions: `user_id, item_id`, in the order of time within each user.
        titles: What each item is called, by id.
        user_profiles: See `tesserec.semantics.profiles.profile_users`.
        likenesses: By person and item.
        people: Number of people.
        history: Number of titles of the history shown.
        suggestions: Number of recommended items shown.
        private: Whether what people wrote and told of themselves is shown, and reasons that quote it.

    Returns:
        At most `people` examples, by length of history.
    """
    latest = interactions[PAIR].drop_duplicates(keep="last")
    chosen = choose_people(recommendations, latest, people)
    profiles = user_profiles[user_profiles["user_id"].isin(chosen.index)].to_dict("records")
    cards = {profile["user_id"]: profile_card(profile, private=private) for profile in profiles}
    shown = recommendations[recommendations["user_id"].isin(chosen.index)]
    behind = evidence[evidence["user_id"].isin(chosen.index)]
    pairs = shown[PAIR].itertuples(index=False, name=None)
    shown = shown.assign(shares=_shares(shown, behind), likeness=[likenesses.get(pair) for pair in pairs])
    shown = shown if private else _without_private_words(shown, behind)
    return [
        Example(
            user_id=str(user),
            known_items=int(known),
            card=cards.get(user, NOBODY),
            history=_newest(latest[latest["user_id"] == user], titles, history),
            suggestions=_suggestions(shown[shown["user_id"] == user], titles, suggestions),
        )
        for user, known in chosen.items()
    ]


def choose_people(recommendations: pd.DataFrame, interactions: pd.DataFrame, count: int) -> pd.Series:
    """Return the number of known items of people at equal steps from the fewest to the most, by user id.

    Args:
        recommendations: Column user_id.
        interactions: Columns user_id, item_id.
        count: People to choose.
    """
    users = pd.Index(sorted(recommendations["user_id"].unique()))
    known = interactions[PAIR].drop_duplicates()["user_id"].value_counts()
    ordered = known.reindex(users).fillna(0).astype(int).sort_values(kind="stable")
    places = np.unique(np.linspace(0, len(ordered) - 1, min(count, len(ordered))).astype(int))
    return ordered.iloc[places]


def _without_private_words(recommendations: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Leave out reasons that quote what a person wrote or told: they are for that person alone."""
    own = evidence["source"].isin(OF_PERSON) & (evidence["kind"] == "feature")
    quoted = evidence[evidence["named"] & own]
    private = pd.MultiIndex.from_frame(recommendations[PAIR]).isin(pd.MultiIndex.from_frame(quoted[PAIR]))
    return recommendations.assign(reason=recommendations["reason"].mask(private, ""))


def _shares(recommendations: pd.DataFrame, evidence: pd.DataFrame) -> list[dict[str, float]]:
    """Return what each source gave to each recommendation, the greatest share first."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    given = evidence.groupby([*PAIR, "source"])["share"].sum().sort_values(ascending=False, kind="stable")
    for (user, item, source), share in given[given > 0].items():
        found.setdefault((user, item), {})[source] = float(share)
    return [found.get(pair, {}) for pair in recommendations[PAIR].itertuples(index=False, name=None)]


def _newest(rows: pd.DataFrame, titles: Mapping[str, str], number: int) -> list[str]:
    return [titles[item] for item in rows["item_id"].iloc[::-1].head(number)]


def _suggestions(rows: pd.DataFrame, titles: Mapping[str, str], number: int) -> list[Suggestion]:
    top = rows.sort_values("rank").head(number)
    return [
        Suggestion(int(row.rank), titles[row.item_id], str(row.reason), row.shares, row.likeness)
        for row in top.fillna({"reason": ""}).itertuples()
    ]
