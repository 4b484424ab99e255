"""Processor seconds and peak memory of the models of behaviour against people, items and interactions.

    python tests/benchmarks/bench_size.py  # growth, from sizes that vary one by one
    python tests/benchmarks/bench_size.py 60000x20000x600000 --models "Ease dense" "Ease sparse"
    python tests/benchmarks/bench_size.py 1000000x200000x10000000 --models "Ease sparse" --memory-gb 16

Histories are simulated: their lengths and the popularity of items follow power laws, and half of a history
is of a person's own theme. Each measurement has a process of its own; its memory is the peak of
the whole process, data included. The last lines are the exponents of growth, fitted to all sizes of a model.
"""

import argparse
import logging
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import Profiles, Recommender, TrainingData, build_recommender

logger = logging.getLogger("bench_size")

# However few items occur together, and however many there are.
DENSE = {"neighbours": 0, "dense_items": 10**9, "max_memory_gb": 10**6}
SPARSE = {"dense_items": 0}
MODELS: dict[str, dict] = {
    "Ease dense": DENSE,
    "Ease sparse": SPARSE,
    "LinearSequence dense": DENSE,
    "LinearSequence sparse": SPARSE,
    "ItemKnn": {"half_life": 5},
    "UserKnn": {},
    "FeatureRegression": {},
    "Als": {},
}
BASE, FACTOR = (20_000, 2_000, 200_000), 3
SIZES = [BASE] + [
    tuple(n * (FACTOR if axis == grown else 1) for axis, n in enumerate(BASE)) for grown in range(3)
]
THEMES, GROUPS = 50, 100
ASKED = 1_000
UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, in bytes


def simulate(users: int, items: int, events: int, folder: Path) -> None:
    """Write histories with up to `events` different pairs of a person and an item."""
    generator = np.random.default_rng(0)
    activity = np.minimum(generator.pareto(1.5, users) + 1, min(5_000, items // 2))
    people = np.repeat(np.arange(users), generator.poisson(activity * events / activity.sum()))
    odds = np.cumsum(1 / (np.arange(items) + 10.0) ** 0.9)
    drawn = np.searchsorted(odds, generator.random(len(people)) * odds[-1])
    own = np.minimum(drawn - drawn % THEMES + generator.integers(0, THEMES, users)[people], items - 1)
    drawn = np.where(generator.random(len(people)) < 1 / 2, own, drawn)
    _, first = np.unique(people.astype(np.int64) * items + drawn, return_index=True)
    first.sort()
    ends = np.concatenate([[0], np.cumsum(np.bincount(people[first], minlength=users))])
    np.save(folder / "items.npy", drawn[first].astype(np.int32))
    np.save(folder / "indptr.npy", ends)


def load(items: int, folder: Path) -> TrainingData:
    """Return the training data that `simulate` wrote, with a demographic group for everybody."""
    entries, indptr = np.load(folder / "items.npy"), np.load(folder / "indptr.npy")
    users = len(indptr) - 1
    groups = sp.csr_array(
        (np.ones(users, np.float32), (np.arange(users), np.arange(users) % GROUPS)), shape=(users, GROUPS)
    )
    ids = np.arange(users).astype(str).astype(object)
    ones, zeros = np.ones(len(entries), np.float32), np.zeros(len(entries), np.float32)
    kinds = np.zeros(len(entries), np.int64)
    blocks = {"demographics": groups}
    profiles = Profiles(ids, indptr, entries, ones, zeros, kinds, items, True, blocks, ())
    return TrainingData(profiles, FeatureBlocks(np.arange(items).astype(str).astype(object), {}, {}))


def measure(name: str, items: int, folder: Path, memory_gb: float) -> tuple[float, float, float]:
    """Return processor seconds of the fit, of scoring 1,000 people, and the peak of memory in GiB."""
    limit = int(memory_gb * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    data = load(items, folder)
    model: Recommender = build_recommender(name.partition(" ")[0], MODELS[name])
    started = process_time()
    model.fit(data)
    fitted = process_time()
    asked = np.linspace(0, len(data.profiles) - 1, ASKED).astype(int)
    for _, block in data.profiles.take(asked).in_blocks(250):
        model.score(block)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 2**30
    return fitted - started, process_time() - fitted, peak


def apart(function, *arguments):
    """Call a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def log_growth(name: str, sizes: np.ndarray, results: np.ndarray) -> None:
    """Log the exponents of the axes that vary, by least squares on the logarithms."""
    varied = np.flatnonzero(np.ptp(sizes, axis=0) > 0)
    if not 0 < len(varied) < len(sizes):
        return
    inputs = np.column_stack([np.log(sizes[:, varied]), np.ones(len(sizes))])
    exponents = np.linalg.lstsq(inputs, np.log(np.maximum(results, 1e-3)), rcond=None)[0]
    for measured, column in zip(("fit", "score", "memory"), exponents.T, strict=True):
        powers = " · ".join(
            f"{('users', 'items', 'events')[axis]}^{power:.1f}"
            for axis, power in zip(varied, column, strict=False)
        )
        logger.info("%-22s %-6s ~ %s", name, measured, powers)


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sizes", nargs="*", help="USERSxITEMSxEVENTS")
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--memory-gb", type=float, default=16.0, help="limit of each process")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sizes = [tuple(map(int, size.split("x"))) for size in arguments.sizes] or SIZES
    results: dict[str, list] = {name: [] for name in arguments.models}
    logger.info("%-22s %9s %8s %9s %9s %9s %8s", "", "users", "items", "events", "fit s", "score s", "GiB")
    for users, items, events in sizes:
        with TemporaryDirectory() as folder:
            apart(simulate, users, items, events, Path(folder))
            for name in arguments.models:
                result = apart(measure, name, items, Path(folder), arguments.memory_gb)
                results[name].append(result)
                logger.info("%-22s %9d %8d %9d %9.2f %9.2f %8.2f", name, users, items, events, *result)
    for name, measured in results.items():
        log_growth(name, np.array(sizes, float), np.array(measured))


if __name__ == "__main__":
    main()
