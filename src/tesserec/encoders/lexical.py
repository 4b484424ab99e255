"""Embeddings without a language model: which words a text has, in fewer dimensions."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from tesserec.encoders.protocol import Description, Encoder, Progress, TextVectors, nobody
from tesserec.encoders.texts import unit_length
from tesserec.errors import ConfigError
from tesserec.features.whitening import leading_axes

logger = logging.getLogger(__name__)

# Texts that the axes are learned from; more cost memory and hardly move them.
AXES_TEXTS = 100_000
# A word that is shorter than this along all axes together is rounding noise there.
_LEAST_REACH = 1e-5
# How scikit-learn says that a vocabulary is empty, or that more texts are asked for than there are.
_NO_WORDS = ("empty vocabulary", "no terms remain", "documents than min_df")


class LexicalEncoder(Encoder):
    """Latent semantic analysis: TF-IDF projected on the axes along which the texts of a corpus vary most.

    Word w counts `(1 + ln tf) · idf` in a text, with `idf = 1 + ln((1 + n) / (1 + df))` over the n texts of
    the corpus (Deerwester et al. 1990, "Indexing by latent semantic analysis"). Vectors have length one; a
    text without a known word has a zero vector. Once fitted, no other text changes a vector, and the
    fingerprint is a hash of all that was learned: fitted to another corpus it is another encoder, and no
    vector of the one is taken for a vector of the other. Rounding counts as well: another number of threads
    may give another fingerprint.

    It takes some ten microseconds and `words · size` multiply-adds a text, and `4 · vocabulary · size` bytes.

    Args:
        words: The vocabulary, (vocabulary,) strings.
        projection: What one occurrence of each word adds: the axes times the words' IDF, float32,
            (vocabulary, d).
    """

    def __init__(self, words: Sequence[str], projection: np.ndarray) -> None:
        self._columns = {word: column for column, word in enumerate(words)}
        self._projection = np.ascontiguousarray(projection)
        learned = hashlib.blake2b(" ".join(words).encode(), digest_size=16)
        learned.update(self._projection.data)
        self.description = Description(
            encoder="lexical",
            model="TF-IDF",
            revision=None,
            fingerprint=learned.hexdigest(),
            size=projection.shape[1],
        )

    @classmethod
    def fit(
        cls,
        texts: Iterable[str],
        *,
        dimensions: int = 256,
        min_texts: int = 2,
        max_words: int = 50_000,
        seed: int = 0,
    ) -> Self:
        """Learn vocabulary, IDF and axes from a corpus that is read once.

        It takes some 30 microseconds of one core for each text of ten words, and some 20 bytes for each
        different word of each text: 0.5 GiB for a million of them, the axes included.

        Args:
            texts: Segmented texts: words separated by spaces.
            dimensions: Size of the vectors; what lies beyond the rank of a small corpus is zero.
            min_texts: Texts that a word must occur in; rarer ones connect little.
            max_words: Most words of the vocabulary; the most frequent stay.
            seed: Of the texts that the axes are learned from where there are very many, and of the solver.

        Raises:
            ConfigError: If a number is below 1.
        """
        limits = {"dimensions": dimensions, "min_texts": min_texts, "max_words": max_words}
        for name, value in limits.items():
            if value < 1:
                raise ConfigError(f"token_encoding.lexical.{name} is {value}: choose at least 1")
        counts, words = _counted(texts, min_texts, max_words)
        if not len(words):
            logger.warning(
                "no word is in %d texts (token_encoding.lexical.min_texts): vectors are zero", min_texts
            )
            return cls([], np.zeros((0, dimensions), dtype=np.float32))
        weigher = TfidfTransformer(sublinear_tf=True).fit(counts)
        rows = sp.csr_array(weigher.transform(_drawn(counts, seed)))
        axes = leading_axes(rows, min(dimensions, *rows.shape), seed)
        reached = np.flatnonzero(np.linalg.norm(axes, axis=1) > _LEAST_REACH)
        projection = np.zeros((len(reached), dimensions), dtype=np.float32)
        projection[:, : axes.shape[1]] = weigher.idf_[reached, None] * axes[reached]
        return cls(words[reached].tolist(), projection)

    def prepare(self, texts: Sequence[str]) -> sp.csr_array:
        """Count the known words of each text, (texts, vocabulary)."""
        found = [[self._columns[word] for word in text.split() if word in self._columns] for text in texts]
        bounds = np.cumsum([0, *map(len, found)])
        flat = np.fromiter((column for columns in found for column in columns), np.int32, bounds[-1])
        entries = (np.ones(len(flat), dtype=np.float32), flat, bounds)
        counts = sp.csr_array(entries, shape=(len(texts), len(self._columns)))
        counts.sum_duplicates()
        return counts

    def read(self, prepared: sp.csr_array, progress: Progress = nobody) -> TextVectors:
        """Weigh the counts and project them; `tokens` are the known words."""
        weights = prepared.copy()
        weights.data = 1 + np.log(weights.data)
        vectors = unit_length(np.asarray(weights @ self._projection))
        texts = len(vectors)
        progress(texts)
        return TextVectors(
            vectors=vectors,
            tokens=prepared.sum(axis=1).astype(np.int32),
            windows=(np.diff(prepared.indptr) > 0).astype(np.int32),
            truncated=np.zeros(texts, dtype=np.int32),
        )


def _counted(texts: Iterable[str], min_texts: int, max_words: int) -> tuple[sp.csr_matrix, np.ndarray]:
    """Return how often each text has each word of the vocabulary, (texts, words), and the words."""
    counter = CountVectorizer(analyzer=str.split, min_df=min_texts, max_features=max_words, dtype=np.float32)
    try:
        return counter.fit_transform(texts), counter.get_feature_names_out()
    except ValueError as error:
        if not any(said in str(error) for said in _NO_WORDS):
            raise
        return sp.csr_matrix((0, 0), dtype=np.float32), np.array([], dtype=object)


def _drawn(counts: sp.csr_matrix, seed: int) -> sp.csr_matrix:
    """Return the counts of `AXES_TEXTS` texts drawn at random, or of all."""
    if counts.shape[0] <= AXES_TEXTS:
        return counts
    drawn = np.random.default_rng(seed).choice(counts.shape[0], AXES_TEXTS, replace=False)
    return counts[np.sort(drawn)]
