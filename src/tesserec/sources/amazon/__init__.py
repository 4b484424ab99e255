"""Amazon Reviews: what customers write and how many stars they give, with what the shop says of its goods.

J. McAuley et al.: Image-based Recommendations on Styles and Substitutes. SIGIR 2015 (the files of 2014).
J. Ni, J. Li, J. McAuley: Justifying Recommendations using Distantly-Labeled Reviews. EMNLP 2019 (2018).
Y. Hou et al.: Bridging Language and Items for Retrieval and Recommendation. arXiv:2403.03952, 2024 (2023).
"""

import re
from pathlib import Path

import pandas as pd

from tesserec.errors import DataError
from tesserec.sources.amazon.products import read_products
from tesserec.sources.amazon.reviews import read_reviews
from tesserec.sources.files import locate
from tesserec.sources.frames import rating_table, text_table

__all__ = ["read_amazon"]

_META = re.compile(r"meta_.+\.jsonl?(\.gz)?")
_REVIEWS = re.compile(r"(?!meta_).+\.(jsonl?|csv)(\.gz)?")
_CONTRACT = re.compile(r"(interactions|items|users|texts|relations|candidates|pairs)\.csv|download\.json")
_EXPECTED = (
    "Amazon Reviews need a file of reviews (reviews_CATEGORY.json.gz, CATEGORY.json.gz or CATEGORY.jsonl.gz, "
    "also 5-core, also unpacked) and its meta_CATEGORY file; `kedro run --pipelines download` fetches them, "
    "and https://amazon-reviews-2023.github.io/ leads to all years."
)


def read_amazon(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the reviews of one category with its products, as published in 2014, 2018 or 2023.

    Products nobody reviewed are left out, because the metadata covers the whole shop. Products that are
    reviewed but lack metadata stay, with an empty title. What others bought along (`related`, `also_buy`) is
    left out: it was counted on behaviour that includes the held-out part, and would leak it.

    Args:
        folder: The folder with the two files, compressed or not, or a folder with one such folder in it.

    Returns:
        `interactions` (stars), `items` and `texts` (reviews).

    Raises:
        DataError: If there is not exactly one file of each kind, or one of them is broken.
    """
    found = locate(folder, lambda path: bool(_files(path, _REVIEWS) and _files(path, _META)), _EXPECTED)
    reviews = read_reviews(_only(found, _REVIEWS))
    written = reviews["user_id"], reviews["item_id"], "review", reviews["text"], reviews["timestamp"]
    return {
        "interactions": rating_table(
            *(reviews[name] for name in ("user_id", "item_id", "value", "timestamp"))
        ),
        "items": read_products(_only(found, _META), reviews["item_id"].drop_duplicates()),
        "texts": text_table(*written),
    }


def _files(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    matching = (path for path in folder.iterdir() if path.is_file() and pattern.fullmatch(path.name))
    return sorted(path for path in matching if not _CONTRACT.fullmatch(path.name))


def _only(folder: Path, pattern: re.Pattern[str]) -> Path:
    paths = _files(folder, pattern)
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        raise DataError(
            f"{folder} holds {names}, of which one can be read at a time: move the others elsewhere."
        )
    return paths[0]
