"""What items are called and about, for reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.recommenders.reasons import Evidence
from tesserec.text.language import spoken

# Interests or keywords that a reason names as shared, at most.
SHARED = 2


@dataclass(frozen=True)
class ItemCards:
    """Descriptions of the items, in the order of their positions.

    Args:
        titles: (items,) what the items are called.
        languages: (items,) language of each item's text.
        keywords: (items,) words that set each item apart, the best first; its interest comes last.
    """

    titles: Sequence[str]
    languages: np.ndarray
    keywords: Sequence[Sequence[str]]

    def shared(self, item: int, evidence: Evidence, language: str) -> list[str]:
        """Return what an item has in common with every history item that is cited for its content.

        Words of another language than that of the sentence are left out.
        Interests and keywords have no part of their own in a score: they tell what a likeness is about.
        """
        cited = evidence.history.get("content", {})
        if not cited or "content" not in evidence.told:
            return []
        common = set.intersection(*(set(self.keywords[other]) for other in cited))
        return spoken((word for word in self.keywords[item] if word in common), language)[:SHARED]
