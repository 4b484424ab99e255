"""How well items fit a text: by its meaning and by its words."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer

from tesserec.features.blocks import Matrix, unit_rows
from tesserec.text.language import HAN

# Of BM25: how soon repeating a word stops helping, and how much long texts are discounted.
SATURATION, LENGTH_DISCOUNT = 1.2, 0.75
_PAIR = 2


class WordIndex:
    """Okapi BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019).

    A word that stands `f` times in a text of `l` words adds
    `idf · f · (k + 1) / (f + k · (1 - b + b · l / m))`, where `idf = ln(1 + (n - df + ½) / (df + ½))`, `m` is
    the mean length, `k = SATURATION` and `b = LENGTH_DISCOUNT`. It takes 8 bytes for each different word of
    each text; a question costs as much as its words occur.

    A longer Chinese word counts as itself and as every two neighbouring characters of it: no segmenter cuts a
    question always as it cuts an item.

    Args:
        texts: (items,) segmented texts: words separated by spaces.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._columns: dict[str, int] = {}
        self._weights = sp.csc_array((len(texts), 0), dtype=np.float32)
        if any(map(str.split, texts)):
            counter = CountVectorizer(analyzer=lambda text: _terms(text.split()), dtype=np.float32)
            counts = sp.csc_array(counter.fit_transform(texts))
            self._columns = counter.vocabulary_
            self._weights = _bm25(counts)

    def scores(self, words: Collection[str]) -> np.ndarray:
        """Return what the different words add up to for each item, (items,)."""
        columns = [self._columns[term] for term in dict.fromkeys(_terms(words)) if term in self._columns]
        return np.asarray(self._weights[:, columns].sum(axis=1), dtype=np.float32)

    def found(self, words: Collection[str], items: np.ndarray) -> list[list[str]]:
        """Return those of the words that the texts of some items have, the one that adds most first.

        Args:
            words: Of a question.
            items: (shown,) positions.
        """
        known = [term for term in dict.fromkeys(_terms(words)) if term in self._columns]
        columns = [self._columns[term] for term in known]
        weights = self._weights[:, columns].tocsr()[items].toarray()  # (shown, known)
        order = np.argsort(-weights, axis=1, kind="stable")
        return [
            _whole([known[place] for place in places if own[place] > 0])
            for own, places in zip(weights, order, strict=True)
        ]


class MeaningIndex:
    """The cosine between vectors of one encoder; what points away from a question counts nothing.

    Args:
        vectors: (items, d); zeros for an item without a text.
    """

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors: Matrix = unit_rows(np.asarray(vectors, dtype=np.float32))

    def scores(self, vector: np.ndarray) -> np.ndarray:
        """Return the likeness of each item to a vector, (d,) → (items,), in [0, 1]."""
        length = float(np.linalg.norm(vector))
        likeness = self._vectors @ (vector / length if length else vector)
        return np.maximum(likeness, 0).astype(np.float32)


def comparable(scores: np.ndarray) -> np.ndarray:
    """Divide scores, (items,), by the largest in size, and take away their mean.

    Those of different kinds can then be added, and what hardly tells items apart hardly counts: an encoder
    that does not know the language of a question finds all items of that language nearly alike.
    """
    size = float(np.abs(scores).max(initial=0))
    return (scores - scores.mean()) / size if size else scores


def _terms(words: Iterable[str]) -> list[str]:
    """Return words, and the pairs of neighbouring characters of Chinese words that are longer than a pair."""
    found = []
    for word in words:
        found.append(word)
        if len(word) > _PAIR and HAN.match(word):
            found.extend(dict.fromkeys(word[start : start + _PAIR] for start in range(len(word) - 1)))
    return found


def _whole(terms: Sequence[str]) -> list[str]:
    """Leave out the parts of Chinese words that are there as a whole."""
    chinese = [term for term in terms if HAN.match(term)]
    return [term for term in terms if not any(term != whole and term in whole for whole in chinese)]


def _bm25(counts: sp.csc_array) -> sp.csc_array:
    n_items = counts.shape[0]
    frequency = np.diff(counts.indptr)
    rarity = np.log1p((n_items - frequency + 0.5) / (frequency + 0.5))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    discount = SATURATION * (1 - LENGTH_DISCOUNT + LENGTH_DISCOUNT * lengths / lengths.mean())
    weights = counts.copy()
    weights.data = counts.data * (SATURATION + 1) / (counts.data + discount[counts.indices])
    weights.data *= np.repeat(rarity, frequency)
    return weights.astype(np.float32)
