"""Milliseconds of an answer after loading, beside the encoder's own pass over the same text.

    kedro run --params data_dir=FOLDER,output_dir=OUT
    python tests/benchmarks/bench_ask.py OUT ANOTHER
    python tests/benchmarks/bench_ask.py --items FOLDER/items.csv

A finished run is asked as `kedro ask` does. `--items` needs none: it encodes a table of items and asks with
three recommenders of random histories, so its likes cost less than those of a whole fusion. Questions are the
first words of item texts, so their words are known.
"""

import argparse
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from bench_recommenders import make_data
from kedro.framework.startup import bootstrap_project

from tesserec.ask import Asker, Reader, Visitors
from tesserec.commands.configuration import checked_parameters, load_catalog
from tesserec.commands.loading import DATASETS, PARAMETERS, load_asker
from tesserec.encoders.compression import Compression
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.features.blocks import FeatureBlocks
from tesserec.recommenders import Fusion, TrainingData, build_recommender
from tesserec.recommenders.base import fit_all
from tesserec.recommenders.blend import Blend, Blends, Form
from tesserec.recommenders.support import Support
from tesserec.tables.reading import read_table
from tesserec.text.views import item_text_views

logger = logging.getLogger("bench_ask")

CONF = Path(__file__).resolve().parents[2] / "conf"
KINDS = ("Popularity", "ItemKnn", "Ease")
MODEL = "all-MiniLM-L6-v2"


def of_run(output_dir: str) -> tuple[Asker, list[str]]:
    """Return the asker of a finished run, and the texts of its items."""
    parameters = checked_parameters(CONF, "local", {"output_dir": output_dir})
    catalog = load_catalog(CONF, "local", parameters, [*DATASETS, *PARAMETERS])
    return load_asker(catalog), catalog.load("item_texts@table")["contextual"].tolist()


def of_items(path: str) -> tuple[Asker, list[str]]:
    """Return an asker of a table of items with random people, and the texts of the items."""
    file = Path(path)
    items = read_table(file.parent, "items").assign(description="")
    views = item_text_views(items, {"category": "category"})
    encoder = TransformerEncoder(MODEL)
    vectors = encoder.encode(views["contextual"].tolist())
    people = make_data(2000, len(items), 20).profiles
    data = TrainingData(people, FeatureBlocks(items["item_id"].to_numpy(object), {"text": vectors}, {}))
    models = fit_all({kind: build_recommender(kind, {}) for kind in KINDS}, data)
    blend = Blend(list(models), np.ones((len(models), 1)), Form())
    fusion = Fusion(models, Blends(blend, blend, depth=30), Support.of(data))
    users = pd.DataFrame({"user_id": people.user_ids})
    reader = Reader(encoder, "contextual", Compression.none(vectors.shape[1]))
    offered = np.ones(len(items), dtype=bool)
    titles, roles = items["title"].fillna("").tolist(), {"category": "category"}
    asker = Asker(items, roles, titles, views, data, fusion, reader, Visitors(users, {}, data, 6), offered)
    return asker, views["contextual"].tolist()


def milliseconds(work: Callable[[str], object], texts: Sequence[str]) -> str:
    """Return the median and the 95th percentile over the texts, after one to warm up."""
    work(texts[0])
    taken = []
    for text in texts:
        started = perf_counter()
        work(text)
        taken.append(1e3 * (perf_counter() - started))
    return "{:6.1f} {:6.1f}".format(*np.percentile(taken, [50, 95]))


def measure(name: str, make: Callable[[str], tuple[Asker, list[str]]], source: str, questions: int) -> None:
    """Log the seconds of loading, and a line for each kind of question."""
    started = perf_counter()
    asker, texts = make(source)
    loading = perf_counter() - started
    generator = np.random.default_rng(0)
    drawn = [texts[place] for place in generator.permutation(len(texts)) if texts[place].strip()]
    asked = [" ".join(text.split()[: generator.integers(2, 12)])[:80] for text in drawn[:questions]]
    likes = [asker.names.ids[place] for place in generator.permutation(len(texts))[:3]]
    encoder = TransformerEncoder(MODEL)
    logger.info("%s: %d items, made in %.1f s; p50 and p95 in ms", name, len(texts), loading)
    works: dict[str, Callable[[str], object]] = {
        "encoder alone": lambda text: encoder.encode([text]),
        "text": asker.ask,
        "text and a condition": lambda text: asker.ask(text, where=["title!=the"]),
        "text and three likes": lambda text: asker.ask(text, likes=likes),
        "similar to one item": lambda text: asker.similar(likes[len(text) % len(likes)]),
    }
    for kind, work in works.items():
        logger.info("  %-22s %s", kind, milliseconds(work, asked))


def main() -> None:
    """Measure and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="*", help="output folders of finished runs")
    parser.add_argument("--items", nargs="*", default=[], help="tables of items")
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    bootstrap_project(CONF.parent)
    logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)  # instead of the project's
    logging.getLogger("kedro").setLevel(logging.WARNING)
    for run in arguments.runs:
        measure(run, of_run, str(Path(run).resolve()), arguments.questions)
    for table in arguments.items:
        measure(table, of_items, table, arguments.questions)


if __name__ == "__main__":
    main()
