"""How well a text finds the item that it is about: by meaning, by words, and by both with several weights.

    python tests/benchmarks/bench_ask_quality.py FOLDER

FOLDER holds the tables `items` and maybe `texts`. Questions are what people wrote about an item, and first
sentences of descriptions, which are taken out of the items. One half of them is for choosing the weights, the
other for reporting; each number is the mean reciprocal rank within ten, with the share of items found there.
"""

import argparse
import logging
from pathlib import Path

import numpy as np
import pandas as pd

from tesserec.ask import Reader
from tesserec.ask.asker import MEANING, WORDS
from tesserec.ask.relevance import MeaningIndex, WordIndex, comparable
from tesserec.encoders.compression import Compression
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.tables.contract import CONTRACTS
from tesserec.tables.reading import find_table, read_table
from tesserec.text.views import item_text_views

logger = logging.getLogger("bench_ask_quality")

CUTOFF = 10
SHARES = (0.0, 0.4, 0.5, MEANING / (MEANING + WORDS), 0.7, 0.8, 1.0)


def sentences(items: pd.DataFrame, count: int, generator: np.random.Generator) -> pd.DataFrame:
    """Take first sentences out of descriptions, in place, and return them: place, text."""
    parts = items["description"].fillna("").str.split(r"(?<=[.!?])\s+", n=1, regex=True)
    long = np.flatnonzero((parts.str.len() == 2) & (parts.str[0].str.split().str.len() > 5))
    drawn = generator.choice(long, min(count, len(long)), replace=False)
    items.loc[drawn, "description"] = parts[drawn].str[1]
    return pd.DataFrame({"place": drawn, "text": parts[drawn].str[0].to_numpy(object)})


def written(folder: Path, items: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return texts that people wrote about items: place, text."""
    if find_table(folder, CONTRACTS["texts"]) is None:
        return pd.DataFrame({"place": [], "text": []})
    texts = read_table(folder, "texts").dropna(subset=["item_id", "text"])
    texts["place"] = pd.Index(items["item_id"]).get_indexer(texts["item_id"])
    texts = texts[texts["place"] >= 0]
    return texts.sample(min(count, len(texts)), random_state=0)[["place", "text"]]


def found(scores: np.ndarray, place: int) -> tuple[float, float]:
    """Return the reciprocal rank of an item, and whether it is within the cutoff; ties share their ranks."""
    rank = 1 + (scores > scores[place]).sum() + ((scores == scores[place]).sum() - 1) / 2
    return (1 / rank, 1.0) if rank <= CUTOFF else (0.0, 0.0)


def measure(folder: Path, count: int) -> None:
    """Log a line for each kind and half of the questions."""
    items = read_table(folder, "items").reset_index(drop=True)
    items["description"] = items.get("description", pd.Series(np.nan, index=items.index)).astype(object)
    asked = {
        "sentences": sentences(items, count, np.random.default_rng(0)),
        "texts": written(folder, items, count),
    }
    roles = {"category": "multi_category"} if "category" in items else {}
    views = item_text_views(items, roles)
    encoder = TransformerEncoder("all-MiniLM-L6-v2")
    vectors = encoder.encode(views["contextual"].tolist())
    meaning, words = MeaningIndex(vectors), WordIndex(views["lexical"].tolist())
    reader = Reader(encoder, "contextual", Compression.none(vectors.shape[1]))
    for kind, questions in asked.items():
        results = []
        for row in questions.itertuples():
            question = reader.read(str(row.text))
            near, said = comparable(meaning.scores(question.vector)), comparable(words.scores(question.words))
            results.append([found(share * near + (1 - share) * said, int(row.place)) for share in SHARES])
        for half, start in (("choose", 0), ("report", 1)):
            if part := results[start::2]:
                means = np.mean(part, axis=0)
                line = "  ".join(
                    f"{share:.1f}: {a:.3f}/{b:.3f}" for share, (a, b) in zip(SHARES, means, strict=True)
                )
                logger.info("%s %s %s (%d)  share of meaning %s", folder.name, kind, half, len(part), line)


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=1200, help="of each kind")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for folder in arguments.folders:
        measure(folder, arguments.questions)


if __name__ == "__main__":
    main()
