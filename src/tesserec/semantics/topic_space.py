"""A space in which texts of one language lie close that share words or meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from tesserec.semantics.keywords import word_counter

_AXES = 50  # distances in fewer dimensions are faster and less noisy
_SHUFFLED = 5000  # texts shuffled in all: the fewer there are, the more one shuffle differs from the next


@dataclass(frozen=True)
class TopicSpace:
    """Words beside the embedding, each half of length one.

    Words count once a text and without IDF: a topic is what many texts share, and IDF lifts what few share.
    Of their principal axes those stay that vary more than if every word stood in texts drawn at random
    (parallel analysis: Horn, 1965, "A rationale and test for the number of factors in factor analysis").

    Args:
        counter: The words; None: no word is frequent enough.
        word_axes: Principal axes of the words; None: they share nothing.
        meaning_axes: Principal axes of the embeddings; None: there is none that differs from the others.
    """

    counter: CountVectorizer | None
    word_axes: PCA | None
    meaning_axes: PCA | None

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: np.ndarray, minimum_texts: int, seed: int) -> Self:
        """Learn words and axes; it takes some multiples of `50 · words of all texts` multiply-adds.

        Args:
            texts: Segmented texts, (n,).
            vectors: Their embeddings, (n, d); zero rows are left out.
            minimum_texts: Texts that a word must occur in.
            seed: Of the texts drawn at random, and of the solver.
        """
        counter = word_counter(texts, minimum_texts, binary=True)
        rows = None if counter is None else normalize(counter.transform(texts))
        return cls(counter, None if rows is None else common_axes(rows, seed), _meaning_axes(vectors))

    def place(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return where texts lie, (n, axes of words + axes of embeddings).

        Args:
            texts: Segmented texts, (n,); without a known word, the half of words is zero.
            vectors: Their embeddings, (n, d); where zero, the half of embeddings is zero.
        """
        halves = [np.zeros((len(texts), 0), dtype=np.float32)]
        if self.counter is not None and self.word_axes is not None:
            rows = normalize(self.counter.transform(texts))
            halves.append(_turned(self.word_axes, rows, np.diff(rows.indptr) > 0))
        if self.meaning_axes is not None:
            halves.append(_turned(self.meaning_axes, vectors, np.asarray(vectors.any(axis=1))))
        return np.hstack(halves)


def _turned(axes: PCA, rows: sp.csr_matrix | np.ndarray, said: np.ndarray) -> np.ndarray:
    """Return rows along the axes, of length one, and zeros for those that say nothing."""
    return normalize(np.where(said[:, None], axes.transform(rows), 0)).astype(np.float32)


def common_axes(rows: sp.csr_matrix, seed: int) -> PCA | None:
    """Return the principal axes of rows that vary more than if their entries stood in rows drawn at random.

    Takes some multiples of `50 · entries` multiply-adds (parallel analysis: Horn, 1965).

    Args:
        rows: Of length one, (n, columns).
        seed: Of the rows drawn at random, and of the solver.

    Returns:
        At most 50 axes; None: rows share nothing.
    """
    most = min(_AXES, min(rows.shape) - 1)
    if most < 1 or not (rows.max(axis=0) - rows.min(axis=0)).nnz:  # all alike
        return None
    found = _principal(rows, most, seed)
    generator = np.random.default_rng(seed)
    shuffles = -(-_SHUFFLED // rows.shape[0])
    chance = [_principal(_shuffled(rows, generator), most, seed).singular_values_ for _ in range(shuffles)]
    above = found.singular_values_ > np.mean(chance, axis=0)
    count = most if above.all() else int(above.argmin())
    return _principal(rows, count, seed) if count else None


def _principal(rows: sp.csr_matrix, count: int, seed: int) -> PCA:
    return PCA(count, svd_solver="arpack", random_state=seed).fit(rows)


def _shuffled(rows: sp.csr_matrix, generator: np.random.Generator) -> sp.csr_matrix:
    """Return rows with as many entries each, and as many in each column, but drawn at random."""
    return sp.csr_matrix((rows.data, generator.permutation(rows.indices), rows.indptr), shape=rows.shape)


def _meaning_axes(vectors: np.ndarray) -> PCA | None:
    known = vectors[vectors.any(axis=1)]
    if not len(known) or not np.ptp(known, axis=0).any():
        return None
    return PCA(min(_AXES, *known.shape), svd_solver="covariance_eigh").fit(known)
