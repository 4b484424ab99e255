"""The hand-written items, and filler made from them when a benchmark needs more.

The items are our own: titles, descriptions and creators are invented. `theme` and `second_theme` say what
each is about; they are the planted answer and never leave the simulation as a column of `items`.
"""

import re
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from tesserec.simulation.randomness import generator

DOMAINS = ("shop", "books", "films", "travel", "music", "courses")
THEMES = (
    "outdoors",
    "food",
    "music",
    "history",
    "science",
    "home",
    "mystery",
    "wellness",
    "technology",
    "family",
)
PUBLIC_COLUMNS = ["item_id", "title", "description", "category", "tags", "creator", "price", "year"]
# Per language: where sentences end, what joins them, and how a composed title reads.
_COMPOSING = {
    "en": (re.compile(r"(?<=[.?!])\s+"), " ", "{title}: {tag} ({number})"),
    "zh": (re.compile(r"(?<=[。？！])(?=.)"), "", "{title}·{tag}篇（{number}）"),
}


def load_catalogue() -> pd.DataFrame:
    """Read the hand-written items.

    Returns:
        One row per item: the columns of the `items` table, `domain` (one of `DOMAINS`), `language` (`en` or
        `zh`), `theme` (one of `THEMES`) and `second_theme` (one of them or empty).
    """
    folder = files("tesserec.simulation") / "items"
    tables = []
    for domain in DOMAINS:
        with (folder / f"{domain}.csv").open(encoding="utf-8") as source:
            table = pd.read_csv(source, keep_default_na=False, dtype={"price": float, "year": int})
        tables.append(table.assign(domain=domain))
    return pd.concat(tables, ignore_index=True)


def extend_catalogue(catalogue: pd.DataFrame, multiplier: int, seed: int) -> pd.DataFrame:
    """Add composed items until there are `multiplier` times as many: filler for benchmarks, not for reading.

    A composed item is a hand-written one with the tags and later sentences of another of the same theme and
    language, so that its words still point to its theme.

    Args:
        catalogue: The hand-written items.
        multiplier: How many times the hand-written number of items to return, at least 1.
        seed: The seed of the simulation.

    Returns:
        The hand-written items, then `multiplier - 1` composed ones for each, ids such as `bk-001-2`.
    """
    copies = [_compose(catalogue, number, seed) for number in range(2, multiplier + 1)]
    return pd.concat([catalogue, *copies], ignore_index=True)


def _compose(catalogue: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    random = generator(seed, "filler", number)
    partners = np.empty(len(catalogue), dtype=np.int64)
    for members in catalogue.groupby(["theme", "language"], sort=False).indices.values():
        steps = random.integers(1, len(members), len(members))  # never back to the item itself
        partners[members] = members[(np.arange(len(members)) + steps) % len(members)]
    rows, others = catalogue.to_dict("records"), catalogue.take(partners).to_dict("records")
    mixed = [_mix(row, other, number) for row, other in zip(rows, others, strict=True)]
    prices = np.round(catalogue["price"] * (0.7 + 0.6 * random.random(len(catalogue))), 2)
    return pd.DataFrame(mixed, columns=catalogue.columns).assign(price=prices)


def _mix(row: dict[str, Any], other: dict[str, Any], number: int) -> dict[str, Any]:
    first_tag, tags = row["tags"].split("|")[0], other["tags"].split("|")
    ending, joint, title = _COMPOSING[row["language"]]
    sentences = [ending.split(row["description"])[0], *ending.split(other["description"])[1:]]
    return row | {
        "item_id": f"{row['item_id']}-{number}",
        "title": title.format(title=row["title"], tag=tags[0], number=number),
        "description": joint.join(sentences),
        "tags": "|".join(dict.fromkeys([first_tag, *tags[1:]])),
    }
