"""What the fitted fusion says of every item to one person."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.candidates import Candidates, normalised_at
from tesserec.recommenders.fusion import Fusion
from tesserec.recommenders.phrases import Language, word_reason
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.reasons import find_evidence


class Taste:
    """The fusion's weighted sum for one person, and the reasons for some of its items.

    The trees that correct the sum for the head of a list are left out: they look at places in lists, and a
    question ranks all items.

    Args:
        fusion: A fitted fusion.
        profile: Of one person.
    """

    def __init__(self, fusion: Fusion, profile: Profiles) -> None:
        self._fusion, self._profile = _weighted_sum(fusion, profile), profile
        self._raw = self._fusion.raw_scores(profile)
        self._rows = self._about(np.arange(profile.n_items), self._raw)

    def scores(self) -> np.ndarray:
        """Return the score of each item, (items,)."""
        return self._fusion.score(self._rows, self._profile)

    def reasons(self, items: np.ndarray, titles: Sequence[str], language: Language) -> list[str]:
        """Return a sentence for each of some items, (shown,) positions."""
        shown = self._rows.take_rows(items)
        evidence = find_evidence(self._fusion, self._profile, shown, self._raw)
        return [word_reason(one, titles, language) for one in evidence]

    def _about(self, items: np.ndarray, raw: dict[str, Matrix]) -> Candidates:
        users = np.zeros(len(items), dtype=np.int64)
        fusion = self._fusion
        scores = normalised_at(fusion.blends.names, fusion.recommenders, raw, self._profile, users, items)
        support = fusion.support.at(self._profile, users, items)
        return Candidates(np.array([0, len(items)]), items, scores, np.zeros_like(scores), support)


def _weighted_sum(fusion: Fusion, profile: Profiles) -> Fusion:
    """Return the fusion without trees, and without recommenders that have nothing to say to this person.

    What reaches items only through a history says nothing where there is none, and may need seconds for it.
    """
    alone = not len(profile.items)
    asked = {
        name: model
        for name, model in fusion.recommenders.items()
        if not (alone and model.history_weights(profile) is not None)
    }
    blends = replace(
        fusion.blends,
        history=replace(fusion.blends.history, trees=""),
        no_history=replace(fusion.blends.no_history, trees=""),
    )
    return Fusion(asked, blends, fusion.support)
