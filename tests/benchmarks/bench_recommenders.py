"""Seconds and peak memory of every recommender on growing synthetic data, beside plain numpy and implicit.

    python tests/benchmarks/bench_recommenders.py --users 2000 8000 --items 1000 4000

Each measurement has a process of its own; its memory is the peak above what was there before the fit. The
last column is the time of the fit over that of plain numpy (EASE) or of implicit (item kNN, if installed).
"""

import argparse
import logging
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter

import numpy as np

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import Profiles, Recommender, TrainingData, build_recommender

logger = logging.getLogger("bench_recommenders")

KINDS = ("Popularity", "ItemKnn", "UserKnn", "Ease", "LinearSequence", "ContentKernel", "TextMatch")
OPTIONS: dict[str, dict] = {kind: {} for kind in KINDS} | {
    "UserKnn by features": {"block": "text"},
    "FeatureRegression": {"block": "text"},
}
UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, in bytes


def make_data(users: int, items: int, events: int, dimensions: int = 384) -> TrainingData:
    """Return histories of `events` items each, popular ones more often, with random text vectors."""
    generator = np.random.default_rng(0)
    odds = 1 / np.arange(1, items + 1)
    drawn = generator.choice(items, (users, events), p=odds / odds.sum())
    histories = [list(dict.fromkeys(row)) for row in drawn.tolist()]
    flat = np.concatenate(histories).astype(np.int32)
    ends = np.cumsum([0, *map(len, histories)])
    blocks = [generator.normal(size=(rows, dimensions)).astype(np.float32) for rows in (users, items)]
    weights, recency = np.ones(len(flat), np.float32), np.zeros(len(flat), np.float32)
    user_ids, item_ids = (np.arange(rows).astype(str).astype(object) for rows in (users, items))
    kinds, texts = np.zeros(len(flat), np.int64), {"text": blocks[0]}
    profiles = Profiles(user_ids, ends, flat, weights, recency, kinds, items, True, texts, ())
    return TrainingData(profiles, FeatureBlocks(item_ids, {"text": blocks[1]}, {}))


def time_peer(name: str, data: TrainingData) -> float:
    """Return the seconds of another implementation's fit, NaN where there is none."""
    histories = data.profiles.matrix()
    started = perf_counter()
    if name == "Ease":
        gram = (histories.T @ histories).toarray() + 100 * np.eye(histories.shape[1], dtype=np.float32)
        inverse = np.linalg.inv(gram)
        np.fill_diagonal(inverse / -np.diag(inverse), 0)
    elif name == "ItemKnn":
        try:
            from implicit.nearest_neighbours import CosineRecommender
        except ImportError:
            return float("nan")
        CosineRecommender(K=100).fit(histories.tocsr(), show_progress=False)
    else:
        return float("nan")
    return perf_counter() - started


def measure(name: str, users: int, items: int, events: int) -> tuple[float, float, float, float]:
    """Return the seconds of fit and score, the peak of memory in MiB, and the fit's ratio to its peer."""
    data = make_data(users, items, events)
    model: Recommender = build_recommender(name.partition(" ")[0], OPTIONS[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = perf_counter()
    model.fit(data)
    fitted = perf_counter()
    for _, block in data.profiles.in_blocks(1000):
        model.score(block)
    scored = perf_counter()
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * UNIT / 2**20
    return fitted - started, scored - fitted, peak, (fitted - started) / time_peer(name, data)


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[2000, 8000])
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--events", type=int, default=20, help="draws per user")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logger.info("%-20s %8s %8s %9s %9s %8s %8s", "", "users", "items", "fit s", "score s", "MiB", "x peer")
    for users, items in zip(arguments.users, arguments.items, strict=True):
        for name in OPTIONS:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                result = pool.submit(measure, name, users, items, arguments.events).result()
            logger.info("%-20s %8d %8d %9.2f %9.2f %8.0f %8.2f", name, users, items, *result)


if __name__ == "__main__":
    main()
