"""How well the words of a topic belong together, and how much the topics differ."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer


def coherence(words: Sequence[Sequence[str]], texts: Sequence[str]) -> np.ndarray:
    """Return the normalised pointwise mutual information of the words of each topic, from -1 to 1, (topics,).

    The mean over the pairs of a topic's words of `ln(p(v, w) / (p(v) p(w))) / -ln p(v, w)`, where p is the
    share of the texts that hold the word or both; -1 for words that never meet, 1 for words that never part
    (Bouma, 2009; Lau et al., 2014, "Machine reading tea leaves"). It is NaN for fewer than two words.

    It takes `words² · texts` steps at worst, mostly far fewer.

    Args:
        words: The words of each topic.
        texts: Segmented texts.
    """
    vocabulary = sorted({word for row in words for word in row})
    if not vocabulary:
        return np.full(len(words), np.nan)
    counter = CountVectorizer(analyzer=str.split, vocabulary=vocabulary, binary=True, dtype=np.float64)
    seen = counter.transform(texts).tocsc()  # (texts, words)
    column = {word: place for place, word in enumerate(vocabulary)}
    found = np.full(len(words), np.nan)
    for topic, row in enumerate(words):
        part = seen[:, [column[word] for word in row]]
        together = (part.T @ part).toarray() / max(len(texts), 1)  # (words, words)
        pairs = [_pair(together, a, b) for a, b in combinations(range(len(row)), 2)]
        found[topic] = np.mean(pairs) if pairs else np.nan
    return found


def _pair(together: np.ndarray, one: int, other: int) -> float:
    both = together[one, other]
    if both in (0, 1):
        return 2 * both - 1
    return float(np.log(both / (together[one, one] * together[other, other])) / -np.log(both))


def diversity(words: Sequence[Sequence[str]]) -> float:
    """Return the share of different words among those of all topics (Dieng et al., 2020); NaN for none."""
    every = [word for row in words for word in row]
    return len(set(every)) / len(every) if every else float("nan")
