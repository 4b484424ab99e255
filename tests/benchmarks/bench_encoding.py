"""Tokens per second of the encoder beside `SentenceTransformer.encode`, alternating in one run.

    python tests/benchmarks/bench_encoding.py ITEMS.csv --texts 2000

Both read the same texts with all-MiniLM-L6-v2. To count the same work, texts are cut to one window first, so
that neither shortens or splits anything; tokens are counted once, special tokens included, padding excluded.
The static encoder reads them without the model, so its vectors are others.
"""

import argparse
import logging
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
import torch
from sentence_transformers import SentenceTransformer

from tesserec.encoders import resolve_model
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder

logger = logging.getLogger("bench_encoding")

MODEL = "all-MiniLM-L6-v2"


def read_texts(path: Path, count: int) -> list[str]:
    """Return the different texts of an items table, title and description, at most `count`."""
    items = pd.read_csv(path, dtype=str, keep_default_na=False)
    texts = items["title"] + ". " + items.get("description", "")
    return list(dict.fromkeys(texts))[:count]


def fit_one_window(texts: list[str], model: SentenceTransformer) -> tuple[list[str], int]:
    """Shorten texts to the model's window; return them and their tokens."""
    tokenizer = model.tokenizer
    room = model.max_seq_length - 2 - 4  # decoding and reading again may add a token or two
    pieces = [tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"][:room] for text in texts]
    shortened = tokenizer.batch_decode(pieces)
    lengths = [len(ids) for ids in tokenizer(shortened, verbose=False, truncation=True)["input_ids"]]
    return shortened, sum(lengths)


def contestants(batch_tokens: int) -> dict[str, Callable[[list[str]], np.ndarray]]:
    """Return the ways to encode, by name."""
    folder = resolve_model(MODEL)
    reference = SentenceTransformer(folder, device="cpu")
    half = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.bfloat16})
    ways: dict[str, Callable[[list[str]], np.ndarray]] = {
        "sentence-transformers fp32": lambda texts: reference.encode(texts, normalize_embeddings=True),
        "sentence-transformers bf16": lambda texts: half.encode(texts, normalize_embeddings=True),
    }
    for precision in ("fp32", "bf16"):
        encoder = TransformerEncoder(MODEL, device="cpu", precision=precision, batch_tokens=batch_tokens)
        ways[f"tesserec {precision}"] = encoder.encode
    ways["tesserec static"] = StaticEncoder(MODEL).encode
    return ways


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("items", type=Path, help="an items table with title and description")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3, help="each round runs every contestant once")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)

    tokenizing = SentenceTransformer(resolve_model(MODEL), device="cpu")
    texts, tokens = fit_one_window(read_texts(arguments.items, arguments.texts), tokenizing)
    logger.info("%d texts, %d tokens, %d threads", len(texts), tokens, torch.get_num_threads())
    ways = contestants(arguments.batch_tokens)
    for encode in ways.values():
        encode(texts[:64])
    rates: dict[str, list[float]] = {name: [] for name in ways}
    vectors = {}
    for _ in range(arguments.rounds):
        for name, encode in ways.items():
            started = perf_counter()
            vectors[name] = encode(texts)
            rates[name].append(tokens / (perf_counter() - started))
    baseline = "sentence-transformers fp32"
    for name, measured in rates.items():
        cosine = (vectors[name].astype(np.float32) * vectors[baseline]).sum(axis=1).min()
        ratio = median(np.array(measured) / np.array(rates[baseline]))
        logger.info("%-28s %7.0f tokens/s  x%.2f  least cosine %.5f", name, median(measured), ratio, cosine)


if __name__ == "__main__":
    main()
