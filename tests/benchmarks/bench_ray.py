"""Time of encoding on a Ray cluster of this machine beside that of this process, and whether vectors agree.

    python tests/benchmarks/bench_ray.py ITEMS.csv --texts 2000 --workers 2

Both read the same chunks with all-MiniLM-L6-v2; this process computes with the threads of one worker, so that
vectors are the same bit for bit. The time of the cluster is told in two parts: until the first chunk is back,
which starting takes most of, and from then on.
"""

import argparse
import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd
import torch

from tesserec.encoders import corpus
from tesserec.encoders.corpus import chunk_characters, encode_chunks, new_chunks
from tesserec.encoders.keys import content_keys
from tesserec.encoders.ray_cluster import Cluster
from tesserec.encoders.ray_data import encode_chunks_on_ray
from tesserec.encoders.store import StoredChunk
from tesserec.encoders.transformer import TransformerEncoder

logger = logging.getLogger("bench_ray")


def read_texts(path: Path, count: int) -> list[str]:
    """Return the different texts of an items table, title and description, at most `count`."""
    items = pd.read_csv(path, dtype=str, keep_default_na=False)
    return list(dict.fromkeys(items["title"] + ". " + items["description"]))[:count]


def timed(chunks: Iterator[StoredChunk]) -> tuple[list[StoredChunk], float, float]:
    """Return chunks, the seconds until the first is there and those until the last is."""
    started = perf_counter()
    made = [next(chunks)]
    first = perf_counter() - started
    made.extend(chunks)
    return made, first, perf_counter() - started


def agree(one: list[StoredChunk], other: list[StoredChunk]) -> bool:
    """Tell whether keys and vectors are the same, bit for bit and in the same order."""
    pairs = zip(one, other, strict=True)
    return all(
        a.keys.tobytes() == b.keys.tobytes() and a.made.vectors.tobytes() == b.made.vectors.tobytes()
        for a, b in pairs
    )


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("items", type=Path, help="an items table with title and description")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--chunk-texts", type=int, default=125, help="texts that are encoded as one unit")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cpus-per-worker", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    corpus.CHUNK_TEXTS = arguments.chunk_texts
    texts = read_texts(arguments.items, arguments.texts)
    build = partial(TransformerEncoder, "all-MiniLM-L6-v2", device="cpu")
    encoder = build()
    torch.set_num_threads(arguments.cpus_per_worker)
    encoder.encode(texts[:64])
    here, _, alone = timed(
        encode_chunks(new_chunks([texts], content_keys([]), chunk_characters(2048)), [encoder], len(texts))
    )
    with TemporaryDirectory() as staging:
        on_ray = encode_chunks_on_ray(
            new_chunks([texts], content_keys([]), chunk_characters(2048)),
            build,
            encoder.description,
            len(texts),
            Path(staging),
            Cluster(workers=arguments.workers, cpus_per_worker=arguments.cpus_per_worker),
        )
        there, first, last = timed(on_ray)
    tokens = sum(int(chunk.made.tokens.sum()) for chunk in here)
    logger.info(
        "%d texts, %d tokens, %s, %d chunks", len(texts), tokens, encoder.description.precision, len(here)
    )
    logger.info("this process, %d threads: %.1f s", arguments.cpus_per_worker, alone)
    logger.info(
        "%d workers: %.1f s to the first chunk, %.1f s after it", arguments.workers, first, last - first
    )
    logger.info("same vectors bit for bit: %s", agree(here, there))


if __name__ == "__main__":
    main()
