"""What the store of vectors saves: a first run, a second one, and one after some texts changed.

    python tests/benchmarks/bench_store.py ITEMS.csv --changed 0.01

Every run loads the encoder anew, reads the store, encodes what is missing and gathers all vectors.
"""

import argparse
import logging
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

import pandas as pd

from tesserec.encoders.compression import Compression
from tesserec.encoders.corpus import chunk_characters, encode_chunks, new_chunks
from tesserec.encoders.gathering import gather
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.store import VectorStore
from tesserec.encoders.transformer import TransformerEncoder

logger = logging.getLogger("bench_store")

ENCODERS = {
    "transformer": partial(TransformerEncoder, "all-MiniLM-L6-v2"),
    "static": partial(StaticEncoder, "all-MiniLM-L6-v2"),
}


def run(folder: Path, encoder_name: str, texts: list[str]) -> tuple[float, int]:
    """Return the seconds of a run and how many texts it encoded."""
    started = perf_counter()
    encoder, store = ENCODERS[encoder_name](), VectorStore(folder)
    place = (encoder.description.digest, encoder.description.size)
    encoded = 0
    for chunk in encode_chunks(
        new_chunks([texts], store.vectors_of(*place).keys, chunk_characters(2048)), [encoder], len(texts)
    ):
        store.append(chunk)
        encoded += len(chunk.keys)
    ids = pd.RangeIndex(len(texts)).astype(str).to_numpy(dtype=object)
    for _ in gather([(ids, texts)], store.vectors_of(*place), Compression.none(place[1])):
        pass
    return perf_counter() - started, encoded


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("items", type=Path, help="an items table with title and description")
    parser.add_argument("--encoder", choices=ENCODERS, default="transformer")
    parser.add_argument("--changed", type=float, default=0.01, help="share of texts that change")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    items = pd.read_csv(arguments.items, dtype=str, keep_default_na=False)
    texts = (items["title"] + ". " + items.get("description", "")).tolist()
    step = round(1 / arguments.changed)
    changed = [text + " New." if row % step == 0 else text for row, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        first, encoded = run(Path(folder), arguments.encoder, texts)
        logger.info("first run    %7.2f s  %6d of %d texts encoded", first, encoded, len(texts))
        for name, given in (("second run", texts), ("after change", changed)):
            seconds, encoded = run(Path(folder), arguments.encoder, given)
            logger.info(
                "%-12s %7.2f s  %6d texts encoded  %5.2f %% of the first",
                name,
                seconds,
                encoded,
                100 * seconds / first,
            )


if __name__ == "__main__":
    main()
