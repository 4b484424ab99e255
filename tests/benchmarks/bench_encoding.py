"""Tokens per second of the encoder beside `SentenceTransformer.encode`, alternating in one run.

    python tests/benchmarks/bench_encoding.py ITEMS.csv MORE_ITEMS.csv --texts 2000

Both read the same texts with all-MiniLM-L6-v2, `SentenceTransformer` with the batch size that suits it best.
To count the same work, texts are cut to one window first, so that neither shortens or splits anything; tokens
are counted once, special tokens included, padding excluded. Beside each round stands the rate at which this
machine multiplies bf16 matrices, and the share of it that the model's products come to. The static encoder
reads the texts without the model, so its vectors are others.
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
from transformers import AutoConfig, PretrainedConfig

from tesserec.encoders import resolve_model
from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder

logger = logging.getLogger("bench_encoding")

MODEL = "all-MiniLM-L6-v2"
BATCH_SIZES = (8, 16, 32, 64, 128)
BASELINE = "sentence-transformers fp32"

Encode = Callable[[list[str]], np.ndarray]


def read_texts(path: Path, count: int) -> list[str]:
    """Return the different texts of an items table, title and description, at most `count`."""
    items = pd.read_csv(path, dtype=str, keep_default_na=False)
    texts = items["title"] + ". " + items.get("description", "")
    return list(dict.fromkeys(texts))[:count]


def fit_one_window(texts: list[str], model: SentenceTransformer) -> tuple[list[str], np.ndarray]:
    """Shorten texts to the model's window; return them and the tokens of each."""
    tokenizer = model.tokenizer
    room = model.max_seq_length - 2 - 4  # decoding and reading again may add a token or two
    pieces = [tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"][:room] for text in texts]
    shortened = tokenizer.batch_decode(pieces)
    ids = tokenizer(shortened, verbose=False, truncation=True)["input_ids"]
    return shortened, np.array([len(sequence) for sequence in ids])


def with_best_batch(model: SentenceTransformer, texts: list[str]) -> tuple[Encode, int]:
    """Return `encode` with the batch size that reads these texts fastest."""

    def seconds(size: int) -> float:
        started = perf_counter()
        model.encode(texts, batch_size=size)
        return perf_counter() - started

    model.encode(texts[:64])
    best = min(BATCH_SIZES, key=lambda size: min(seconds(size) for _ in range(2)))
    return lambda given: model.encode(given, batch_size=best, normalize_embeddings=True), best


def contestants(batch_tokens: int, sample: list[str], device: str) -> dict[str, Encode]:
    """Return the ways to encode, by name."""
    folder = resolve_model(MODEL)
    ways: dict[str, Encode] = {}
    for precision, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        peer = SentenceTransformer(folder, device=device, model_kwargs={"dtype": dtype})
        ways[f"sentence-transformers {precision}"], size = with_best_batch(peer, sample)
        logger.info("sentence-transformers %s: best batch size %d", precision, size)
    for precision in ("fp32", "bf16"):
        encoder = TransformerEncoder(MODEL, device=device, precision=precision, batch_tokens=batch_tokens)
        ways[f"tesserec {precision}"] = encoder.encode
    ways["tesserec static"] = StaticEncoder(MODEL).encode
    return ways


def model_flops(lengths: np.ndarray, config: PretrainedConfig) -> float:
    """Return the multiplications and additions in the model's matrix products for texts of these lengths."""
    width, inner = config.hidden_size, config.intermediate_size
    weights = 2 * (4 * width**2 + 2 * width * inner) * lengths.sum()
    attention = 4 * width * (lengths.astype(float) ** 2).sum()
    return config.num_hidden_layers * (weights + attention)


def bf16_rate(device: str, seconds: float = 1.0) -> float:
    """Return how fast the device multiplies bf16 matrices of 2,048 rows and columns, in FLOP/s."""
    a = torch.ones(2048, 2048, dtype=torch.bfloat16, device=device)
    done, started = 0, perf_counter()
    while (passed := perf_counter() - started) < seconds:
        (a @ a)[0, 0].item()
        done += 1
    return done * 2 * 2048**3 / passed


def compare(texts: list[str], lengths: np.ndarray, ways: dict[str, Encode], rounds: int, device: str) -> None:
    """Run every way in every round and log the medians."""
    flops = model_flops(lengths, AutoConfig.from_pretrained(resolve_model(MODEL)))
    rates: dict[str, list[float]] = {name: [] for name in ways}
    machine, vectors = [], {}
    for _ in range(rounds):
        machine.append(bf16_rate(device))
        for name, encode in ways.items():
            started = perf_counter()
            vectors[name] = encode(texts)
            rates[name].append(lengths.sum() / (perf_counter() - started))
    logger.info(
        "bf16 products: %.2f TFLOP/s (%.2f to %.2f)", *(f(machine) / 1e12 for f in (median, min, max))
    )
    for name, measured in rates.items():
        cosine = (vectors[name].astype(np.float32) * vectors[BASELINE]).sum(axis=1).min()
        ratio = median(np.array(measured) / np.array(rates[BASELINE]))
        share = median(np.array(measured) / lengths.sum() * flops / np.array(machine))
        logger.info(
            "%-28s %7.0f tokens/s  x%.2f  %3.0f %% of the bf16 rate  least cosine %.5f",
            name, median(measured), ratio, 100 * share if "static" not in name else 0, cosine,
        )  # fmt: skip


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("items", type=Path, nargs="+", help="items tables with title and description")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3, help="each round runs every contestant once")
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)

    tokenizing = SentenceTransformer(resolve_model(MODEL), device="cpu")
    for path in arguments.items:
        texts, lengths = fit_one_window(read_texts(path, arguments.texts), tokenizing)
        logger.info(
            "%s: %d texts, %d tokens, %d threads", path, len(texts), lengths.sum(), torch.get_num_threads()
        )
        ways = contestants(arguments.batch_tokens, texts[:256], arguments.device)
        compare(texts, lengths, ways, arguments.rounds, arguments.device)


if __name__ == "__main__":
    main()
