"""Blocks from texts: mean embeddings and TF-IDF."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from tesserec.features.blocks import unit_rows


@dataclass
class LexicalBlock:
    """TF-IDF over words that are already segmented and separated by spaces.

    Args:
        minimum_count: Texts that a word must occur in; rarer words connect nothing.
    """

    minimum_count: int = 2
    _vectorizer: TfidfVectorizer | None = field(default=None, init=False, repr=False)

    def fit(self, words: pd.Series) -> Self:
        """Learn the vocabulary and the document frequencies, (texts,) strings."""
        vectorizer = TfidfVectorizer(
            analyzer=str.split, min_df=self.minimum_count, sublinear_tf=True, dtype=np.float32
        )
        try:
            self._vectorizer = vectorizer.fit(words)
        except ValueError:  # scikit-learn's way of saying that no word is frequent enough
            self._vectorizer = None
        return self

    @property
    def names(self) -> list[str]:
        """The words, in the order of the columns."""
        return [] if self._vectorizer is None else self._vectorizer.get_feature_names_out().tolist()

    def transform(self, words: pd.Series) -> sp.csr_array:
        """Return rows of length 1, (texts, words); zero where no word is known."""
        if self._vectorizer is None:
            return sp.csr_array((len(words), 0), dtype=np.float32)
        return sp.csr_array(self._vectorizer.transform(words))


def joined_words(texts: pd.DataFrame, key: str, index: pd.Index) -> pd.Series:
    """Join the lexical views of each key's texts, (keys,) strings in the order of `index`."""
    return texts.groupby(key)["lexical"].agg(" ".join).reindex(index).fillna("")


def mean_vectors(keys: pd.Series, vectors: np.ndarray, index: pd.Index) -> np.ndarray:
    """Average the vectors of each key and scale the mean to length 1, (keys, dimensions).

    Args:
        keys: Key of each vector, (vectors,).
        vectors: (vectors, dimensions).
        index: Keys in the order of the result; a key without vectors has a zero row.
    """
    rows = index.get_indexer(keys)
    known = rows >= 0
    member = sp.csr_array(
        (np.ones(known.sum(), dtype=np.float32), (rows[known], np.flatnonzero(known))),
        shape=(len(index), len(keys)),
    )
    return np.asarray(unit_rows(member @ vectors))
