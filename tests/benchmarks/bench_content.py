"""Seconds and memory of the content recommenders on synthetic data, with all weights or with the nearest.

    python tests/benchmarks/bench_content.py --users 22000 --items 12000
    python tests/benchmarks/bench_content.py --users 1000000 --items 200000 --scored 20000

Texts are vectors of 384 dimensions around a thousand centres, words follow Zipf's law. Each measurement has a
process of its own; its memory is the peak above what was there before the fit. `hnsw` is usearch's
approximate index over the same vectors, for comparison, if it is installed.
"""

import argparse
import logging
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from time import perf_counter, process_time

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks, Matrix, unit_rows
from tesserec.features.whitening import whiten
from tesserec.recommenders import ContentKernel, ContentTaste, Profiles, TextMatch, TrainingData

logger = logging.getLogger("bench_content")

MODELS: dict[str, ContentKernel | ContentTaste | TextMatch] = {
    "text kernel": ContentKernel(power=3, half_life=2),
    "text kernel, whole history": ContentKernel(whitening=0.5, power=3, half_life=None),
    "word kernel": ContentKernel(block="lexical", power=2, half_life=5),
    "text taste": ContentTaste(),
    "text match": TextMatch(dimensions=128),
    "word match": TextMatch(block="lexical"),
}
UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, in bytes
DIMENSIONS, CENTRES, WORDS, VOCABULARY = 384, 1000, 15, 50_000


def make_vectors(rows: int, generator: np.random.Generator) -> np.ndarray:
    """Return (rows, 384) vectors around common centres, whose spread falls from direction to direction."""
    spread = (1 + np.arange(DIMENSIONS)) ** -0.5
    centres = np.random.default_rng(0).normal(size=(CENTRES, DIMENSIONS)) * spread
    noise = generator.normal(size=(rows, DIMENSIONS)).astype(np.float32) * spread.astype(np.float32)
    return centres.astype(np.float32)[generator.integers(0, CENTRES, rows)] + noise


def make_words(rows: int, generator: np.random.Generator) -> sp.csr_array:
    """Return (rows, vocabulary) words, the rarer the heavier."""
    odds = 1 / np.arange(1, VOCABULARY + 1)
    drawn = generator.choice(VOCABULARY, rows * WORDS, p=odds / odds.sum()).astype(np.int32)
    entries = (np.log1p(drawn).astype(np.float32), (np.repeat(np.arange(rows), WORDS), drawn))
    return sp.csr_array(entries, shape=(rows, VOCABULARY))


def make_data(users: int, items: int, events: int) -> TrainingData:
    """Return histories of `events` random items each, with texts and words of people and items."""
    generator = np.random.default_rng(1)
    drawn = generator.integers(0, items, (users, events), dtype=np.int32)
    blocks = {"text": make_vectors(users, generator), "lexical": make_words(users, generator)}
    ids = [np.arange(rows).astype(str).astype(object) for rows in (users, items)]
    ends, ones = np.arange(users + 1) * events, np.ones(drawn.size, np.float32)
    kinds = np.zeros(drawn.size, np.int64)
    profiles = Profiles(ids[0], ends, drawn.ravel(), ones, ones, kinds, items, True, blocks, ())
    features = {"text": make_vectors(items, generator), "lexical": make_words(items, generator)}
    return TrainingData(profiles, FeatureBlocks(ids[1], features, {}))


def measure(name: str, users: int, items: int, events: int, max_memory_gb: float) -> tuple[float, ...]:
    """Return seconds, then seconds of processor time, of fit with first score and of all scores; and MiB."""
    data = make_data(users, items, events)
    model = MODELS[name]
    if isinstance(model, ContentKernel):
        model = replace(model, max_memory_gb=max_memory_gb)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    marks = [(perf_counter(), process_time())]
    model.fit(data).score(data.profiles.take(np.arange(1)))
    marks.append((perf_counter(), process_time()))
    for _, block in data.profiles.in_blocks(1000):
        model.score(block)
    marks.append((perf_counter(), process_time()))
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * UNIT / 2**20
    (wall, busy), (scoring_wall, scoring_busy) = np.diff(marks, axis=0)
    return wall, busy, scoring_wall, scoring_busy, peak


def measure_hnsw(items: int, asked: int, count: int) -> None:
    """Log what usearch's index takes for the vectors of the text kernel, and how much of them it finds."""
    try:
        from usearch.index import Index
    except ImportError:
        return
    vectors = unit_rows(whiten(make_vectors(items, np.random.default_rng(1)), np.arange(items), 256, 1.0))
    index = Index(ndim=256, metric="ip", dtype="bf16")
    start = process_time()
    index.add(np.arange(items), vectors)
    built = process_time()
    keys = index.search(vectors[:asked], count).keys
    searched = (process_time() - built) * items / asked
    recall = recall_at(keys, vectors, 100)
    message = "hnsw: %.0f s of processor time to build, %.0f s to find %d neighbours of all, recall@100 %.3f"
    logger.info(message, built - start, searched, count, recall)


def recall_at(keys: np.ndarray, vectors: Matrix, count: int) -> float:
    """Return the share of the true `count` nearest of the first vectors among the keys found."""
    likeness = vectors[: len(keys)] @ vectors.T
    truth = np.argpartition(-likeness, count, axis=1)[:, :count]
    return float(np.mean([np.isin(own, found).mean() for own, found in zip(truth, keys, strict=True)]))


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--users", type=int, default=22_000)
    parser.add_argument("--items", type=int, default=12_000)
    parser.add_argument("--events", type=int, default=10, help="items of a history")
    parser.add_argument("--scored", type=int, help="users that are scored; the time of all is extrapolated")
    parser.add_argument(
        "--max-memory-gb", type=float, default=8.0, help="of a kernel; 0: the nearest neighbours only"
    )
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--hnsw", action="store_true")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    scored = arguments.scored or arguments.users
    heads = ("fit s", "busy s", "score s", "busy s", "MiB")
    logger.info("%-28s" + " %9s" * len(heads), "", *heads)
    for name in arguments.models:
        task = (name, scored, arguments.items, arguments.events, arguments.max_memory_gb)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            fit, fit_busy, score, score_busy, peak = pool.submit(measure, *task).result()
        scale = arguments.users / scored
        row = (fit, fit_busy, score * scale, score_busy * scale, peak)
        logger.info("%-28s" + " %9.1f" * len(row), name, *row)
    if arguments.hnsw:
        measure_hnsw(arguments.items, min(arguments.items, 1000), 200)


if __name__ == "__main__":
    main()
