"""The words and phrases that set a text apart."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

# Split at spaces only, as the lexical view is segmented already. A word starts with a letter: numbers and
# sizes ("500", "16oz") tell little. It has a second character: single ones, Chinese too, rarely mean much.
WORD_PATTERN = r"(?<!\S)[^\W\d_]\S+"
# The views of texts keep these for the sake of opinions; what a text is about they do not tell.
NEGATIONS = frozenset("not no never nothing don't 不 没 没有 无 非 别".split())
# What relevance counts against variety in `choose_diverse`.
_RELEVANCE = 0.7
# From this `nearness` on an encoder orders phrases better than TF-IDF. With ever more noise in the vectors of
# all-MiniLM-L6-v2, more of the English keywords were also tags than by TF-IDF down to 0.73 on the sample and
# 0.70 on MovieLens, about as many at 0.65, and fewer from 0.59 on. In Chinese it is at 0.63.
LEAST_NEARNESS = 0.7


def word_counter(texts: Sequence[str], minimum_texts: int, *, binary: bool = False) -> CountVectorizer | None:
    """Return a counter of the words that tell what segmented texts are about; None if there is no such word.

    Args:
        texts: Segmented texts.
        minimum_texts: Texts that a word must occur in; rarer ones are mostly codes and errors.
        binary: Count a word once a text.
    """
    counter = CountVectorizer(
        token_pattern=WORD_PATTERN,
        lowercase=False,
        stop_words=list(NEGATIONS),
        binary=binary,
        dtype=np.float32,
    )
    try:
        return counter.set_params(min_df=minimum_texts).fit(texts)
    except ValueError:  # not one word is frequent enough
        return None


def term_weights(
    documents: Sequence[Sequence[str]], reference: Sequence[Sequence[str]], minimum_texts: int
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Weigh the terms of documents by how rare they are among reference documents.

    Weight of term t in document d: `(1 + ln tf(t, d)) * (1 + ln((1 + n) / (1 + df(t))))`, rows of length one.

    Args:
        documents: Words or phrases of each text to weigh.
        reference: Those of the texts that give vocabulary and document frequencies.
        minimum_texts: Reference texts that a term must occur in; rarer ones are mostly codes and errors.

    Returns:
        Weights, (documents, terms), and the terms.
    """
    counter = CountVectorizer(analyzer=list, min_df=minimum_texts, dtype=np.float32)
    try:
        counter.fit(reference)
    except ValueError:  # not one term is frequent enough
        return sparse.csr_matrix((len(documents), 0), dtype=np.float32), np.array([], dtype=object)
    weigher = TfidfTransformer(sublinear_tf=True).fit(counter.transform(reference))
    return weigher.transform(counter.transform(documents)), counter.get_feature_names_out()


def choose_diverse(text: np.ndarray, candidates: np.ndarray, count: int) -> list[int]:
    """Choose candidates that are like a text and unlike one another, by maximal marginal relevance.

    Each next one has the greatest `0.7 · cos(candidate, text) - 0.3 · max cos(candidate, chosen)` (Carbonell
    & Goldstein, 1998); the earlier of two that tie. Takes `candidates · count` steps of d multiply-adds.

    Args:
        text: Vector of the text, of length one, (d,); where it is zero, the first candidates are taken.
        candidates: Vectors of the candidates, of length one or zero, (candidates, d).
        count: How many to choose, if there are as many.

    Returns:
        Their positions, in the order of the choice.
    """
    if not text.any():
        return list(range(min(count, len(candidates))))
    relevance = _RELEVANCE * (candidates @ text)
    nearest = np.zeros(len(candidates))
    chosen: list[int] = []
    while len(chosen) < min(count, len(candidates)):
        worth = relevance - (1 - _RELEVANCE) * nearest
        worth[chosen] = -np.inf
        best = int(worth.argmax())
        likeness = candidates @ candidates[best]
        nearest = np.maximum(nearest, likeness) if chosen else likeness
        chosen.append(best)
    return chosen


def nearness(texts: np.ndarray, phrases: Sequence[np.ndarray]) -> float:
    """Return how often a text is nearer to a phrase of its own than to one of another text.

    That is the area under the ROC curve, averaged over the texts: 1 for an encoder that tells what a text is
    about, 1/2 for one that does not read its language. Takes `texts · phrases · d` multiply-adds.

    Args:
        texts: Vectors of texts, of length one or zero, (texts, d).
        phrases: Those of the phrases of each text, (texts,) of (phrases, d).

    Returns:
        NaN where no two texts have phrases.
    """
    owners = np.repeat(np.arange(len(texts)), [len(own) for own in phrases])
    likeness = texts @ np.concatenate([np.zeros((0, texts.shape[1])), *phrases]).T  # (texts, phrases)
    areas = []
    for text, like in enumerate(likeness):
        own, others = like[owners == text], np.sort(like[owners != text])
        below = np.searchsorted(others, own) + np.searchsorted(others, own, side="right")
        if len(own) and len(others):
            areas.append(below.mean() / (2 * len(others)))
    return float(np.mean(areas)) if areas else float("nan")


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
