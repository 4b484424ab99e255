"""Time and memory of encoding as the number of texts grows, each size in a process of its own.

    python tests/benchmarks/bench_stream.py --texts 10000 100000 1000000

Different short texts lie in Parquet files of 50,000. They stream through the static encoder into the store,
and from there into the parts of embeddings, as the pipeline does it.
"""

import argparse
import logging
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import yaml

from tesserec.catalog import EmbeddingsDataset, TableBatchesDataset, VectorStoreDataset
from tesserec.encoders.compression import Compression
from tesserec.pipelines.token_encoding import nodes
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

logger = logging.getLogger("bench_stream")

FILE_ROWS = 50_000
WORDS = (
    "bread oven silver kettle garden lamp winter jacket river stone music box yellow bicycle leather wallet "
    "travel guide glass table wooden chair running shoes coffee grinder kitchen knife water bottle paper"
).split()


def write_texts(folder: Path, count: int) -> None:
    """Write texts of four to twelve words, and a number that makes each different."""
    generator = np.random.default_rng(0)
    for start in range(0, count, FILE_ROWS):
        numbers = range(start, min(start + FILE_ROWS, count))
        lengths = generator.integers(4, 13, len(numbers))
        texts = [
            " ".join([*generator.choice(WORDS, length), str(n)])
            for n, length in zip(numbers, lengths, strict=True)
        ]
        table = pd.DataFrame({"item_id": [f"i{n}" for n in numbers], "contextual": texts})
        table.to_parquet(folder / f"part-{start // FILE_ROWS:05d}.parquet", index=False)


def stream(folder: Path) -> None:
    """Encode the texts in `folder` and log what it took."""
    options = TokenEncodingOptions.model_validate_json((folder / "options.json").read_text())
    texts = TableBatchesDataset(filepath=str(folder / "texts")).load()
    nobody = TableBatchesDataset(filepath=str(folder / "none.parquet")).load()
    store = VectorStoreDataset(filepath=str(folder / "store"))
    embeddings = EmbeddingsDataset(filepath=str(folder / "embeddings"))
    nobody_trained = pd.DataFrame({"item_id": [], "split": []})
    for _ in range(2):  # the first time imports and reads from disk, as no later one does
        started = perf_counter()
        options.encoders([])[0].load()
        loading = perf_counter() - started
    started = perf_counter()
    for chunk, described in nodes.encode_texts(texts, nobody, nobody_trained, store.load(), options):
        store.save(chunk)
    encoded = perf_counter() - loading
    kept = Compression.none(described["encoder"]["size"])
    for part, _ in nodes.gather_item_embeddings(texts, store.load(), described, kept):
        embeddings.save(part)
    gathered = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    logger.info(
        "%8d texts  loading %.2f s  encoding %7.2f s, %5.1f us a text  gathering %6.2f s  peak %.2f GiB",
        len(texts), loading, encoded - started, 1e6 * (encoded - started) / len(texts),
        gathered - encoded - loading, peak,
    )  # fmt: skip


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--texts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--parameters", type=Path, default=Path("conf/base/parameters/token_encoding.yml"))
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if arguments.folder:
        stream(arguments.folder)
        return
    values = yaml.safe_load(arguments.parameters.read_text())["token_encoding"] | {"encoder": "static"}
    values["ray"] |= {"staging": "."}  # names a place of the run's; no cluster is asked
    for count in arguments.texts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "texts").mkdir()
            write_texts(folder / "texts", count)
            pd.DataFrame({"contextual": pd.Series([], dtype=str)}).to_parquet(folder / "none.parquet")
            (folder / "options.json").write_text(TokenEncodingOptions(**values).model_dump_json())
            subprocess.run([sys.executable, __file__, "--folder", name], check=True)


if __name__ == "__main__":
    main()
