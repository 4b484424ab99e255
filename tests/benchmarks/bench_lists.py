"""Seconds of recommending to everybody: blocks of people one after the other with all cores, or side by side.

    python tests/benchmarks/bench_lists.py --users 8000 --items 8000

The fusion is a weighted sum with equal weights, and each list gets its reasons. The last column is the time
over that of one block at a time, in the same run. The lists must be the same.
"""

import argparse
import logging
from time import perf_counter

import numpy as np
import pandas as pd
import torch
from bench_recommenders import make_data

from tesserec.recommenders import Fusion, TrainingData, build_recommender, parallel
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Blend, Blends, Form
from tesserec.recommenders.cards import ItemCards
from tesserec.recommenders.lists import recommend
from tesserec.recommenders.support import Support
from tesserec.reranking import ReRanking

logger = logging.getLogger("bench_lists")

KINDS = ("Popularity", "ItemKnn", "UserKnn", "Ease", "LinearSequence", "Als", "ContentKernel")


def fuse(data: TrainingData) -> Fusion:
    """Fit the recommenders, and weigh them alike."""
    models = fit_all({kind: build_recommender(kind, {}) for kind in KINDS}, data)
    blend = Blend(list(models), np.ones((len(models), 1)), Form())
    return Fusion(models, Blends(blend, blend, depth=30), Support.of(data))


def measure(fusion: Fusion, data: TrainingData, at_once: int) -> tuple[pd.DataFrame, float]:
    """Return lists for everybody, and the seconds that they took."""
    parallel.AT_ONCE = at_once
    ids = data.items.ids
    started = perf_counter()
    parts = recommend(
        fusion,
        data.profiles,
        data.items,
        ItemCards(list(ids), np.full(len(ids), "en"), [[]] * len(ids)),
        None,
        10,
        repeats=False,
        reason_language="en",
        reranking=ReRanking(len(ids)),
    )
    return pd.concat([lists for lists, _ in parts], ignore_index=True), perf_counter() - started


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--users", type=int, default=8000)
    parser.add_argument("--items", type=int, default=8000)
    parser.add_argument("--events", type=int, default=20, help="draws per user")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data = make_data(arguments.users, arguments.items, arguments.events)
    fusion = fuse(data)
    expected, base = measure(fusion, data, 1)
    logger.info("%-20s %8s %8s", "blocks at once", "s", "x one")
    logger.info("%-20d %8.1f %8.2f", 1, base, 1)
    for at_once in (2, 4):
        if at_once <= torch.get_num_threads():
            lists, seconds = measure(fusion, data, at_once)
            pd.testing.assert_frame_equal(lists, expected)
            logger.info("%-20d %8.1f %8.2f", at_once, seconds, seconds / base)


if __name__ == "__main__":
    main()
