"""NDCG@10, epochs and seconds of the sequence transformer over several seeds, on what a run has written.

    python tests/benchmarks/bench_neural.py OUTPUT_DIR --seeds 0 1 2 --set dropout=0.5 layers=1

Fits on the training data of the stage and ranks its targets among all items, beside popularity. The last line
has the mean over the seeds and their spread.
"""

import argparse
import json
import logging
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import torch
import yaml

from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.metrics.ranking import ranking_metrics
from tesserec.recommenders import Popularity, Recommender, TrainingData
from tesserec.recommenders.neural import NeuralSequence
from tesserec.recommenders.ranking import block_size, eligible_items, top_items
from tesserec.state import load_state

logger = logging.getLogger("bench_neural")


def read_task(folder: Path, stage: str) -> tuple[TrainingData, HeldOut]:
    """Return the training data of a stage and what it asks for."""
    data = load_state(TrainingData, folder / "05_model_input" / f"{stage}_data")
    split = pd.read_parquet(folder / "03_primary" / "split_interactions.parquet")
    candidates = pd.read_parquet(folder / "02_intermediate" / "candidates.parquet")["item_id"]
    protocol = json.loads((folder / "03_primary" / "protocol.json").read_text(encoding="utf-8"))
    return data, hold_out(data, split, candidates, protocol, stage)


def ndcg_of(model: Recommender, task: HeldOut) -> float:
    """Return the mean NDCG@10 over all people of the task."""
    values = []
    for place, people in task.profiles.in_blocks(block_size(task.profiles.n_items)):
        lists = top_items(model.score(people), eligible_items(people, task.candidates), 10)
        values.append(ranking_metrics(lists, task.targets[place], [10])["ndcg@10"])
    return float(np.concatenate(values).mean())


def main() -> None:
    """Fit with each seed and log a line per fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="output_dir of a run")
    parser.add_argument("--stage", choices=["tuning", "testing"], default="testing")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="OPTION=VALUE", help="options of NeuralSequence"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = {
        name: yaml.safe_load(value) for name, value in (entry.split("=", 1) for entry in arguments.set)
    }
    data, task = read_task(arguments.folder, arguments.stage)
    logger.info("popularity: NDCG@10 %.4f", ndcg_of(Popularity().fit(data), task))
    results = []
    for seed in arguments.seeds:
        start = perf_counter()
        model = NeuralSequence(**options, seed=seed).fit(data)
        seconds = perf_counter() - start
        results.append(ndcg_of(model, task))
        best = max(model.curves, key=lambda row: row["ndcg@10"])
        logger.info(
            "seed %d: NDCG@10 %.4f, epoch %d of %d was best (%.4f inside), %.0f s on %d threads",
            seed,
            results[-1],
            best["epoch"],
            len(model.curves),
            best["ndcg@10"],
            seconds,
            torch.get_num_threads(),
        )
    spread = np.std(results, ddof=1) if len(results) > 1 else np.nan
    logger.info("%d seeds: NDCG@10 %.4f, standard deviation %.4f", len(results), np.mean(results), spread)


if __name__ == "__main__":
    main()
