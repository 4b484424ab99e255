"""Topics: groups of items whose texts mean similar things, named by the words that set them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import silhouette_score

from tesserec.semantics.keywords import WORD_PATTERN, top_words

NO_TOPIC = -1
_SAMPLE = 2000  # items that choose the number of topics: a silhouette compares all pairs
_DIMENSIONS = 50  # principal components: distances in fewer dimensions are faster and less noisy
_STARTS = 3
_GROWTH = 1.4  # from one candidate number of topics to the next


@dataclass(frozen=True)
class Topics:
    """Centres of topics in the space of embeddings.

    Args:
        centres: float32, (topics, d).
        silhouettes: Mean silhouette at each number of topics that was tried.
    """

    centres: np.ndarray
    silhouettes: dict[int, float]

    def assign(self, vectors: np.ndarray) -> np.ndarray:
        """Return the nearest topic of each vector, (n,); a zero vector has none (-1)."""
        if not len(self.centres):
            return np.full(len(vectors), NO_TOPIC)
        # ‖v − c‖² without ‖v‖², which is the same for every centre.
        distances = (self.centres**2).sum(axis=1) - 2 * vectors @ self.centres.T  # (n, topics)
        return np.where(vectors.any(axis=1), distances.argmin(axis=1), NO_TOPIC)


def find_topics(vectors: np.ndarray, fewest: int, most: int, seed: int) -> Topics:
    """Group vectors by k-means, with the number of groups that separates them best.

    Distances are those of the 50 first principal components. The candidates grow by a factor of 1.4 from
    `fewest` to `most`. Each is tried on a sample of at most 2,000 vectors; the one with the highest mean
    silhouette (Rousseeuw, 1987) wins, the smaller if two tie.

    Args:
        vectors: Embeddings, (n, d); zero rows are left out.
        fewest: Least number of topics.
        most: Greatest number of topics; never more than half of the different vectors.
        seed: Of the sample and the starting centres.
    """
    vectors = vectors[vectors.any(axis=1)]
    if len(vectors) <= 1:
        return Topics(vectors, {})
    reduced = PCA(min(_DIMENSIONS, *vectors.shape), svd_solver="covariance_eigh").fit_transform(vectors)
    sample = reduced[np.random.default_rng(seed).permutation(len(reduced))[:_SAMPLE]]
    most = min(most, len(np.unique(vectors, axis=0)) // 2)
    silhouettes = {
        count: _silhouette(sample, count, seed) for count in _candidates(max(min(fewest, most), 2), most)
    }
    count = max(silhouettes, key=lambda k: (silhouettes[k], -k), default=1)
    labels = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(reduced)
    centres = [vectors[labels == topic].mean(axis=0) for topic in range(count)]
    return Topics(np.array(centres, dtype=np.float32), silhouettes)


def _candidates(fewest: int, most: int) -> list[int]:
    counts = []
    while fewest <= most:
        counts.append(fewest)
        fewest = max(round(fewest * _GROWTH), fewest + 1)
    return counts


def _silhouette(vectors: np.ndarray, count: int, seed: int) -> float:
    labels = KMeans(count, n_init=1, random_state=seed).fit_predict(vectors)
    return float(silhouette_score(vectors, labels)) if len(set(labels)) > 1 else -1.0


def topic_words(
    texts: Sequence[str], topics: np.ndarray, topic_count: int, count: int, minimum_texts: int
) -> list[list[str]]:
    """Describe topics by class-based TF-IDF.

    Weight of word w in topic c: `tf(w, c) / words(c) * ln(1 + A / tf(w))`, where A is the mean number of
    words of a topic (Grootendorst, 2022, BERTopic, equation 2, with topics of different size made
    comparable).

    Args:
        texts: Segmented texts, (n,).
        topics: Topic of each text, from 0, or -1 for none, (n,).
        topic_count: Number of topics, those without a text included.
        count: Words per topic.
        minimum_texts: Texts that a word must occur in.

    Returns:
        The words of each topic, best first.
    """
    counter = CountVectorizer(token_pattern=WORD_PATTERN, lowercase=False, min_df=minimum_texts)
    try:
        counts = counter.fit_transform(texts)  # (texts, words)
    except ValueError:  # not one word is frequent enough
        return [[] for _ in range(topic_count)]
    inside = np.flatnonzero(topics >= 0)
    membership = sparse.csr_matrix(
        (np.ones(len(inside)), (topics[inside], inside)), shape=(topic_count, len(topics))
    )
    per_topic = (membership @ counts).tocsr()  # (topics, words)
    sizes = np.maximum(per_topic.sum(axis=1), 1)  # (topics, 1)
    totals = np.maximum(per_topic.sum(axis=0), 1)  # (1, words)
    weights = per_topic.multiply(1 / sizes).multiply(np.log1p(sizes.mean() / totals))
    return top_words(weights.tocsr(), counter.get_feature_names_out(), count)
