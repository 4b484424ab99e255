"""The words that set a text apart."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

# Split at spaces only, as the lexical view is segmented already. A word starts with a letter: numbers and
# sizes ("500", "16oz") tell little. It has a second character: single ones, Chinese too, rarely mean much.
WORD_PATTERN = r"(?<!\S)[^\W\d_]\S+"
# The views of texts keep these for the sake of opinions; what a text is about they do not tell.
_NEGATIONS = "not no never nothing don't 不 没 没有 无 非 别".split()


def word_counter(texts: Sequence[str], minimum_texts: int, *, binary: bool = False) -> CountVectorizer | None:
    """Return a counter of the words that tell what segmented texts are about; None if there is no such word.

    Args:
        texts: Segmented texts.
        minimum_texts: Texts that a word must occur in; rarer ones are mostly codes and errors.
        binary: Count a word once a text.
    """
    counter = CountVectorizer(
        token_pattern=WORD_PATTERN, lowercase=False, stop_words=_NEGATIONS, binary=binary, dtype=np.float32
    )
    try:
        return counter.set_params(min_df=minimum_texts).fit(texts)
    except ValueError:  # not one word is frequent enough
        return None


def tfidf_rows(
    texts: Sequence[str], reference: Sequence[str], minimum_texts: int
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Weigh the words of texts by how rare they are among reference texts.

    Weight of word w in text d: `(1 + ln tf(w, d)) * (1 + ln((1 + n) / (1 + df(w))))`, rows of length one.

    Args:
        texts: Segmented texts to weigh.
        reference: Segmented texts that give vocabulary and document frequencies.
        minimum_texts: Reference texts that a word must occur in; rarer ones are mostly codes and errors.

    Returns:
        Weights, (texts, words), and the words.
    """
    counter = word_counter(reference, minimum_texts)
    if counter is None:
        return sparse.csr_matrix((len(texts), 0), dtype=np.float32), np.array([], dtype=object)
    weigher = TfidfTransformer(sublinear_tf=True).fit(counter.transform(reference))
    return weigher.transform(counter.transform(texts)), counter.get_feature_names_out()


def top_entries(weights: sparse.csr_matrix, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return columns and values of the greatest positive weights of each row, best first, at most `count`.

    Equal weights keep the order of the columns.
    """
    weights = weights.sorted_indices()
    best = []
    for start, end in zip(weights.indptr[:-1], weights.indptr[1:], strict=True):
        values = weights.data[start:end]
        order = np.argsort(-values, kind="stable")[:count]
        order = order[values[order] > 0]
        best.append((weights.indices[start:end][order], values[order]))
    return best


def top_words(weights: sparse.csr_matrix, words: np.ndarray, count: int) -> list[list[str]]:
    """Return the words with the greatest positive weights of each row, best first, at most `count`."""
    return [list(words[columns]) for columns, _ in top_entries(weights, count)]
