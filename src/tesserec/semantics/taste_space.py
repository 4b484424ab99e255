"""A space in which texts of one language lie close that the same people are drawn to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import normalize

from tesserec.semantics.keywords import word_counter
from tesserec.semantics.topic_space import common_axes

_WORD_AXES = 256
_PENALTIES = np.logspace(-2, 3, 11)
_LEAST_CHOOSERS = 2  # what one person alone chose, it shares with nothing
_LEARNED = 20_000  # items, the most chosen ones: a bound on time and memory


@dataclass(frozen=True)
class TasteSpace:
    """What a text tells of the people who choose it.

    Items lie by who chose them, along those principal axes that vary more than by chance. A ridge regression
    from words and embedding to that place gives one to every text, also to that of an item that nobody has
    met: what people like to choose together, as far as texts can tell.

    Args:
        counter: The words; None: no word is frequent enough.
        word_axes: Their axes; None without words.
        regression: From words along their axes, and embeddings, to places among choices.
        centre: Mean place of the items it was learned from, (axes,).
    """

    counter: CountVectorizer | None
    word_axes: TruncatedSVD | None
    regression: RidgeCV
    centre: np.ndarray

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, choices: sp.csr_matrix, minimum_texts: int, seed: int
    ) -> Self | None:
        """Learn which words and meanings the same people choose.

        It takes some multiples of `items · features²` and of `50 · choices` multiply-adds, with 256 features
        of words beside those of the embedding, and at most 20,000 items, the most chosen ones: with as many,
        and 400,000 choices, 7 seconds of two cores and about half a GiB.

        Args:
            texts: Segmented texts, (n,).
            vectors: Their embeddings, (n, d).
            choices: 1 where a person chose an item, (people, n).
            minimum_texts: Texts that a word must occur in.
            seed: Of the choices drawn at random, and of the solvers.

        Returns:
            None where people choose as if by chance, or where texts tell nothing of it: no item's place is
            foretold from the others better than by their mean.
        """
        several = choices[choices.sum(axis=1).A1 > 1]  # of one choice there is nothing to compare
        choosers = several.sum(axis=0).A1
        known = np.argsort(-choosers, kind="stable")[:_LEARNED]
        known = known[choosers[known] >= _LEAST_CHOOSERS]
        if not len(known):
            return None
        chosen = normalize(several[:, known].T.tocsr().astype(np.float32))  # (items, people)
        axes = common_axes(chosen, seed)
        if axes is None:
            return None
        places = normalize(axes.transform(chosen))
        counter = word_counter(texts, minimum_texts, binary=True)
        word_axes = None if counter is None else _word_axes(normalize(counter.transform(texts)), seed)
        features = _features(counter, word_axes, texts, vectors)[known]
        regression = RidgeCV(_PENALTIES, scoring="r2").fit(features, places)
        if not regression.best_score_ > 0:
            return None
        return cls(counter, word_axes, regression, places.mean(axis=0))

    def place(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return where texts lie, (n, axes), of length one; zeros for those that say nothing.

        Args:
            texts: Segmented texts, (n,).
            vectors: Their embeddings, (n, d).
        """
        features = _features(self.counter, self.word_axes, texts, vectors)
        # Of a single axis scikit-learn returns a plain vector.
        places = self.regression.predict(features).reshape(len(features), len(self.centre)) - self.centre
        return normalize(np.where(features.any(axis=1, keepdims=True), places, 0)).astype(np.float32)


def _word_axes(rows: sp.csr_matrix, seed: int) -> TruncatedSVD | None:
    count = min(_WORD_AXES, min(rows.shape) - 1)
    return TruncatedSVD(count, random_state=seed).fit(rows) if count > 0 else None


def _features(
    counter: CountVectorizer | None, axes: TruncatedSVD | None, texts: Sequence[str], vectors: np.ndarray
) -> np.ndarray:
    if counter is None or axes is None:
        return vectors
    return np.hstack([axes.transform(normalize(counter.transform(texts))), vectors])
