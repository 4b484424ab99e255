"""Coherence and diversity of topics: words and meaning, meaning alone, and latent Dirichlet allocation.

    python tests/benchmarks/bench_topics.py OUTPUT_DIR [OUTPUT_DIR ...]

Each folder holds the results of a run up to `token_encoding`. Topics are learned from all items; every method
has as many of them as the first one finds, the same vocabulary, and ten words a topic. Coherence is the mean
NPMI of the words over the items' texts (1: words that never part, 0: words that meet by chance), diversity
the share of different words. BERTopic's topics are those of `meaning`: clusters of embeddings with words by
class-based TF-IDF.
"""

import argparse
import logging
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, LatentDirichletAllocation

from tesserec.catalog.vectors import EmbeddingsDataset
from tesserec.semantics.coherence import coherence, diversity
from tesserec.semantics.keywords import word_counter
from tesserec.semantics.topic_words import topic_words
from tesserec.semantics.topics import find_topics

logger = logging.getLogger("bench_topics")

MINIMUM_TEXTS, WORDS, FEWEST, MOST, DIMENSIONS = 2, 10, 4, 40, 50


def ours(texts: list[str], vectors: np.ndarray) -> list[list[str]]:
    """Return the words of topics found by words and meaning, all texts read as one language."""
    languages = np.full(len(texts), "en", dtype=object)
    found = find_topics(texts, vectors, languages, FEWEST, MOST, MINIMUM_TEXTS, seed=0)
    labels = found.assign(texts, vectors, languages)
    return topic_words(texts, labels, found.count, WORDS, MINIMUM_TEXTS)


def by_meaning(texts: list[str], vectors: np.ndarray, count: int) -> list[list[str]]:
    """Return the words of clusters of embeddings."""
    reduced = PCA(DIMENSIONS, svd_solver="covariance_eigh").fit_transform(vectors)
    labels = KMeans(count, n_init=3, random_state=0).fit_predict(reduced)
    return topic_words(texts, labels, count, WORDS, MINIMUM_TEXTS)


def by_lda(texts: list[str], count: int) -> list[list[str]]:
    """Return the most probable words of the topics of latent Dirichlet allocation (Blei et al., 2003)."""
    counter = word_counter(texts, MINIMUM_TEXTS)
    if counter is None:
        return [[] for _ in range(count)]
    model = LatentDirichletAllocation(count, max_iter=30, random_state=0).fit(counter.transform(texts))
    names = counter.get_feature_names_out()
    return [names[np.argsort(-row)[:WORDS]].tolist() for row in model.components_]


def log_topics(name: str, texts: list[str], find: Callable[[], list[list[str]]]) -> int:
    """Log what a method finds, and return the number of topics."""
    started = process_time()
    words = find()
    seconds = process_time() - started
    logger.info(
        "%-20s %3d topics  coherence %6.3f  diversity %.2f  %6.1f s of processor",
        name, len(words), np.nanmean(coherence(words, texts)), diversity(words), seconds,
    )  # fmt: skip
    for row in words[:3]:
        logger.info("    %s", " ".join(row))
    return len(words)


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="OUTPUT_DIR")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for run in parser.parse_args().runs:
        table = pd.read_parquet(run / "03_primary/item_texts.parquet")
        embeddings = EmbeddingsDataset(filepath=str(run / "04_feature/item_embeddings")).load()
        table = table[table["lexical"] != ""]
        texts, vectors = table["lexical"].tolist(), embeddings.rows(table["item_id"])
        logger.info("%s: %d items", run.name, len(texts))
        count = log_topics("words and meaning", texts, lambda t=texts, v=vectors: ours(t, v))
        log_topics("meaning", texts, lambda t=texts, v=vectors, n=count: by_meaning(t, v, n))
        log_topics("LDA", texts, lambda t=texts, n=count: by_lda(t, n))


if __name__ == "__main__":
    main()
