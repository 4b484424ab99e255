"""What topics are called, and how well their words belong together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from tesserec.semantics import SEPARATOR
from tesserec.semantics.coherence import coherence
from tesserec.semantics.keywords import top_entries, word_counter

BETWEEN_LANGUAGES = " / "


def describe_topics(
    texts: Sequence[str],
    topics: np.ndarray,
    languages: np.ndarray,
    topic_count: int,
    words_per_topic: int,
    words_per_name: int,
    minimum_texts: int,
) -> pd.DataFrame:
    """Name each topic by the words that set it apart, in every language that it has texts of.

    Args:
        texts: Segmented texts, (n,).
        topics: Topic of each text, from 0, or -1 for none, (n,).
        languages: The language that each text is read as, (n,).
        topic_count: Number of topics.
        words_per_topic: Words of each language.
        words_per_name: The first of them, which make the name.
        minimum_texts: Texts of a language that a word must occur in.

    Returns:
        Columns topic, name (`songs, album / 歌曲, 专辑`: the language with most texts first), words (joined
        by `|`), coherence (`tesserec.semantics.coherence` over texts of the language; the mean over
        languages, NaN without two words).
    """
    names, counts = np.unique(languages[topics >= 0], return_counts=True)
    words: list[list[list[str]]] = [[] for _ in range(topic_count)]
    measured: list[list[float]] = [[] for _ in range(topic_count)]
    for language in names[np.argsort(-counts, kind="stable")]:
        rows = np.flatnonzero(languages == language)
        own = [texts[row] for row in rows.tolist()]
        found = topic_words(own, topics[rows], topic_count, words_per_topic, minimum_texts)
        for topic, value in enumerate(coherence(found, own)):
            words[topic] += [found[topic]] if found[topic] else []
            measured[topic] += [] if np.isnan(value) else [float(value)]
    called = [BETWEEN_LANGUAGES.join(", ".join(row[:words_per_name]) for row in rows) for rows in words]
    joined = [SEPARATOR.join(word for row in rows for word in row) for rows in words]
    return pd.DataFrame(
        {
            "topic": np.arange(topic_count),
            "name": pd.Series(called, dtype="str"),
            "words": pd.Series(joined, dtype="str"),
            "coherence": [np.mean(values) if values else np.nan for values in measured],
        }
    )


def topic_words(
    texts: Sequence[str], topics: np.ndarray, topic_count: int, count: int, minimum_texts: int
) -> list[list[str]]:
    """Describe topics by class-based TF-IDF, first what sets them apart.

    Weight of word w in topic c: `tf(w, c) / words(c) * ln(1 + A / tf(w))`, where A is the mean number of
    words of a topic (Grootendorst, 2022, BERTopic, equation 2, with topics of different size made
    comparable). Among the words with most weight may be some that every topic has, such as `drama` of films.
    So they are put in order by what each adds to the Kullback-Leibler divergence of the topic's words from
    those of all: `p(w | c) * ln(p(w | c) / p(w))`.

    Args:
        texts: Segmented texts, (n,).
        topics: Topic of each text, from 0, or -1 for none, (n,).
        topic_count: Number of topics, those without a text included.
        count: Words per topic.
        minimum_texts: Texts that a word must occur in.

    Returns:
        The words of each topic, those that set it apart most first.
    """
    counter = word_counter(texts, minimum_texts)
    if counter is None:
        return [[] for _ in range(topic_count)]
    counts = counter.transform(texts)  # (texts, words)
    inside = np.flatnonzero(topics >= 0)
    membership = sparse.csr_matrix(
        (np.ones(len(inside)), (topics[inside], inside)), shape=(topic_count, len(topics))
    )
    per_topic = (membership @ counts).tocsr()  # (topics, words)
    sizes = np.maximum(per_topic.sum(axis=1), 1)  # (topics, 1)
    totals = np.maximum(per_topic.sum(axis=0), 1)  # (1, words)
    weights = per_topic.multiply(1 / sizes).multiply(np.log1p(sizes.mean() / totals))
    words, within = counter.get_feature_names_out(), sparse.csr_matrix(per_topic.multiply(1 / sizes))
    overall = np.asarray(totals / totals.sum()).ravel()
    found = []
    for topic, (best, _) in enumerate(top_entries(weights.tocsr(), count)):
        shares = within[[topic]].toarray()[0, best]
        order = np.argsort(-shares * np.log(shares / overall[best]), kind="stable")
        found.append(words[best[order]].tolist())
    return found
