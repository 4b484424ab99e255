"""Profile cards: one person's row of the profiles as the report shows it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tesserec.semantics import SEPARATOR

# Shares of two halves of a history differ by this much now and then without meaning.
_NOTICEABLE = 0.1


@dataclass(frozen=True)
class Interest:
    """An interest of a person.

    Args:
        name: Its words.
        share: Its share of the history.
        trend: `rising`, `falling` or `steady`; empty if unknown.
    """

    name: str
    share: float
    trend: str


@dataclass(frozen=True)
class ProfileCard:
    """What is known of a person.

    Args:
        interests: What they seek, the strongest first.
        topics: What it is that they choose or search for: names and shares.
        keywords: What sets the chosen items apart.
        texts: How many texts the person wrote.
        sentiment: How favourable they are, from 0 to 1; None if nothing tells.
        likes: What the person praises, in their own words; private.
        dislikes: What the person blames; private.
        attributes: What the person told of themselves; private.
    """

    interests: list[Interest]
    topics: list[tuple[str, float]]
    keywords: list[str]
    texts: int
    sentiment: float | None
    likes: list[str]
    dislikes: list[str]
    attributes: list[str]


NOBODY = ProfileCard([], [], [], 0, None, [], [], [])


def profile_card(profile: Mapping[str, Any], *, private: bool) -> ProfileCard:
    """Read a row of the profiles.

    Args:
        profile: `interest_names`, `interest_weights`, `interest_trends`, `topic_names`, `topic_weights`,
            `keywords`, `texts`, `sentiment`, `likes`, `dislikes`, `attributes`, as of `profile_users`.
        private: Whether what people wrote and told of themselves may be shown.
    """
    names, shares, trends = (_list(profile[f"interest_{part}"]) for part in ("names", "weights", "trends"))
    topic_shares = map(float, _list(profile["topic_weights"]))
    known = trends or [""] * len(names)
    sentiment = float(profile["sentiment"])
    own = ("likes", "dislikes", "attributes")
    return ProfileCard(
        interests=[
            Interest(name, float(share), _trend(change))
            for name, share, change in zip(names, shares, known, strict=True)
        ],
        topics=list(zip(_list(profile["topic_names"]), topic_shares, strict=True)),
        keywords=_list(profile["keywords"]),
        texts=int(profile["texts"]),
        sentiment=None if math.isnan(sentiment) else sentiment,
        **{name: _list(profile[name]) if private else [] for name in own},
    )


def _list(cell: str) -> list[str]:
    return cell.split(SEPARATOR) if cell else []


def _trend(change: str) -> str:
    if not change:
        return ""
    moved = float(change)
    return "steady" if abs(moved) < _NOTICEABLE else "rising" if moved > 0 else "falling"
