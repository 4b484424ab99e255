"""What is known of a person and of an item recommended to them: all that a text about both may say."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from tesserec.recommenders.phrases import Language
from tesserec.semantics import SEPARATOR

_CHINESE_STOP = "。"


@dataclass(frozen=True)
class Facts:
    """One recommended item and the person whom it is recommended to; what is unknown is empty.

    Args:
        language: The person's, which is that of the evidence.
        title: What the item is called, never empty.
        category: Its categories, the last level of each path.
        description: Its description.
        interest: Name of its interest.
        keywords: Its keywords, best first.
        interests: Names of the interests of the person, those with most weight first.
        likes: Keywords of the items that the person chose, best first.
        evidence: The sentence that says where the score came from.
    """

    language: Language
    title: str
    category: str
    description: str
    interest: str
    keywords: Sequence[str]
    interests: Sequence[str]
    likes: Sequence[str]
    evidence: str


def collect_facts(
    recommendations: pd.DataFrame,
    items: pd.DataFrame,
    item_cards: pd.DataFrame,
    user_profiles: pd.DataFrame,
) -> list[Facts]:
    """Look up what is known of each recommended item and its person.

    Args:
        recommendations: user_id, item_id, reason.
        items: item_id, title, description, category (several joined by `|`, paths by `>`).
        item_cards: item_id, interest_name, keywords (joined by `|`).
        user_profiles: user_id, interest_names, keywords (joined by `|`).

    Returns:
        One piece per row of `recommendations`, in its order.
    """
    cards = item_cards[["item_id", "interest_name", "keywords"]]
    people = user_profiles[["user_id", "interest_names", "keywords"]].rename(columns={"keywords": "likes"})
    known = recommendations[["user_id", "item_id", "reason"]].merge(items, "left", on="item_id")
    known = known.merge(cards, "left", on="item_id").merge(people, "left", on="user_id")
    of_item = ("title", "category", "description", "interest_name", "keywords")
    told = known[[*of_item, "interest_names", "likes", "reason"]]
    texts = (column.astype(object).where(column.notna(), "") for _, column in told.items())
    return [_facts(*row) for row in zip(*texts, strict=True)]


def _facts(
    title: str,
    category: str,
    description: str,
    interest: str,
    keywords: str,
    interests: str,
    likes: str,
    evidence: str,
) -> Facts:
    levels = [path.rpartition(">")[2].strip() for path in category.split(SEPARATOR)]
    return Facts(
        # A sentence about a foreign title is still told by its own full stop.
        language="zh" if evidence.endswith(_CHINESE_STOP) else "en",
        title=title,
        category=", ".join(dict.fromkeys(filter(None, levels))),
        description=description,
        interest=interest,
        keywords=_pieces(keywords),
        interests=_pieces(interests),
        likes=_pieces(likes),
        evidence=evidence,
    )


def _pieces(joined: str) -> tuple[str, ...]:
    return tuple(filter(None, joined.split(SEPARATOR)))
