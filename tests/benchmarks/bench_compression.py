"""What compressed text vectors cost and lose: bytes, seconds, neighbours, NDCG@10 of text recommenders.

    python tests/benchmarks/bench_compression.py OUTPUT_DIR [OUTPUT_DIR ...]

Each folder holds the results of a run. A compression is fitted on the items of the training histories, and
the item block "text" is replaced by what comes back from the codes; recommenders are fitted again and judged
on validation targets. `+-` is the paired difference to vectors as they were, with a 95 % interval.

- `pack` and `unpack`: seconds of processor time for a million vectors.
- `search`: milliseconds of it for an exact search for ten among a million, one of a hundred, by usearch, if
  it is installed. It multiplies floats and int8, and counts the bits in which binary codes differ.
- `near`: the share of an item's ten nearest that are still among its ten nearest after compression.
"""

import argparse
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from tesserec.encoders.compression import Compression, VectorFormat
from tesserec.evaluation.held_out import HeldOut, hold_out
from tesserec.features.blocks import FeatureBlocks, unit_rows
from tesserec.metrics import ranking_metrics
from tesserec.metrics.significance import paired_difference
from tesserec.recommenders import ContentKernel, ContentTaste, Recommender, TrainingData
from tesserec.recommenders.ranking import block_size, eligible_items, top_items
from tesserec.state import load_state

logger = logging.getLogger("bench_compression")

CODES = ("float32", "float16", "int8", "binary")
TURNS = ((None, 0.0), (256, 0.0), (128, 0.0), (64, 0.0), (128, 0.5), (256, 1.0))
FORMATS = [VectorFormat(codes, *turn) for turn in TURNS for codes in CODES]
MODELS: dict[str, Recommender] = {
    "text_kernel": ContentKernel(power=3, half_life=2),
    "text_taste": ContentKernel(whitening=0.5, power=3, half_life=None),
    "cosine": ContentTaste(dimensions=None),
}
MILLION, TIMED, QUERIES, NEAREST, LARGEST = 1_000_000, 100_000, 100, 10, 127


def read_run(folder: Path, people: int) -> tuple[TrainingData, HeldOut]:
    """Return the training data of a saved run, and the validation targets of some people drawn at random."""
    data = load_state(TrainingData, folder / "05_model_input/tuning_data")
    split = pd.read_parquet(folder / "03_primary/split_interactions.parquet")
    protocol = json.loads((folder / "03_primary/protocol.json").read_text(encoding="utf-8"))
    candidates = pd.read_parquet(folder / "02_intermediate/candidates.parquet")["item_id"]
    return data, hold_out(data, split, candidates, protocol, "tuning").draw(people, seed=0)


def judge(data: TrainingData, task: HeldOut) -> dict[str, np.ndarray]:
    """Return the NDCG@10 of each recommender for each person, (users,)."""
    found = {}
    for name, model in MODELS.items():
        fitted, lists = replace(model).fit(data), []
        for _, block in task.profiles.in_blocks(block_size(len(data.items))):
            eligible = eligible_items(block, task.candidates)
            lists.append(top_items(fitted.score(block, eligible.among), eligible, 10))
        found[name] = ranking_metrics(np.concatenate(lists), task.targets, [10])["ndcg@10"]
    return found


def with_text(data: TrainingData, vectors: np.ndarray) -> TrainingData:
    """Return the data with other text vectors of items, and nothing else known of them."""
    return replace(data, items=FeatureBlocks(data.items.ids, {"text": vectors}, {}))


def seconds(compression: Compression, vectors: np.ndarray) -> tuple[float, float]:
    """Return the seconds of compressing and decompressing a million vectors."""
    many = np.resize(vectors, (TIMED, vectors.shape[1]))
    marks = [process_time()]
    codes = compression.compress(many)
    marks.append(process_time())
    compression.decompress(codes)
    marks.append(process_time())
    pack, unpack = np.diff(marks) * MILLION / TIMED
    return pack, unpack


def search_milliseconds(compression: Compression, vectors: np.ndarray) -> float:
    """Return the milliseconds of one exact search among a million codes, NaN without usearch."""
    try:
        from usearch.index import MetricKind, search
    except ImportError:
        return float("nan")
    codes = compression.compress(vectors)
    many = np.resize(codes, (TIMED, codes.shape[1]))
    queries, options = codes[:QUERIES], {"metric": MetricKind.IP}
    if compression.form.codes == "int8":
        scaled = compression.decompress(queries) * compression.learned["steps"]
        queries = np.rint(scaled * LARGEST / np.abs(scaled).max()).astype(np.int8)
    elif compression.form.codes == "binary":
        options = {"metric": MetricKind.Hamming, "dtype": "b1"}
    started = process_time()
    search(many, queries, NEAREST, exact=True, threads=1, **options)
    return (process_time() - started) * 1000 / len(queries) * MILLION / TIMED


def nearest(vectors: np.ndarray) -> np.ndarray:
    """Return the ten nearest others of each vector, (rows, 10)."""
    found = []
    for start in range(0, len(vectors), QUERIES):
        likeness = vectors[start : start + QUERIES] @ vectors.T
        likeness[np.arange(len(likeness)), start + np.arange(len(likeness))] = -np.inf
        found.append(np.argpartition(-likeness, NEAREST, axis=1)[:, :NEAREST])
    return np.concatenate(found)


def kept(before: np.ndarray, after: np.ndarray) -> float:
    """Return the share of neighbours that are still there."""
    return float(np.mean([np.isin(own, found).mean() for own, found in zip(before, after, strict=True)]))


def label(form: VectorFormat) -> str:
    """Name a format."""
    if not form.turns:
        return form.codes
    return f"{form.codes} {form.dimensions}" + (f" whitened {form.whitening:g}" if form.whitening else "")


def measure(folder: Path, people: int) -> None:
    """Log a line for each format."""
    data, task = read_run(folder, people)
    vectors = np.asarray(unit_rows(data.items.blocks["text"]))
    sample, present = vectors[np.unique(data.profiles.items)], vectors[vectors.any(axis=1)]
    before, plain = nearest(present), judge(with_text(data, vectors), task)
    logger.info("%s: %d items, %d people", folder.name, len(vectors), len(task.profiles))
    heads = "".join(f"{name + ' +-':>36}" for name in MODELS)
    logger.info("%-24s %6s %6s %6s %6s %5s%s", "", "bytes", "pack", "unpack", "search", "near", heads)
    for form in FORMATS:
        compression = Compression.fit(sample, form)
        after = compression.decompress(compression.compress(present))
        costs = (*seconds(compression, vectors), search_milliseconds(compression, present))
        near = kept(before, nearest(after))
        judged = judge(with_text(data, compression.decompress(compression.compress(vectors))), task)
        row = (label(form), compression.bytes_per_vector, *costs, near, differences(judged, plain))
        logger.info("%-24s %6d %6.1f %6.1f %6.1f %5.2f%s", *row)


def differences(judged: Mapping[str, np.ndarray], plain: Mapping[str, np.ndarray]) -> str:
    """Write each recommender's NDCG@10 with its difference to that of plain vectors."""
    words = ""
    for name, values in judged.items():
        found = paired_difference(values, plain[name], np.random.default_rng(0))
        words += f"   {values.mean():.4f} {found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"
    return words


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="output_dir of finished runs")
    parser.add_argument("--people", type=int, default=5_000, help="who are ranked for, drawn at random")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for folder in arguments.runs:
        measure(folder, arguments.people)


if __name__ == "__main__":
    main()
