"""The metadata of Amazon Reviews: what the shop says of its goods."""

import logging
import math
import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tesserec.sources.amazon.lines import Record, read_records
from tesserec.sources.amazon.wording import category_paths, plain, price

logger = logging.getLogger(__name__)

_RAW_ID = re.compile(rb"""['"](?:parent_)?asin['"]:\s*['"]([0-9A-Za-z]+)""")
_NEVER_ABSENT = ["item_id", "title", "description"]
_SCRIPT = "getTime()"
"""Where the crawl of 2018 went wrong, a piece of the page's script stands in the place of the title."""


class Product(NamedTuple):
    """One product; texts are empty and the price NaN where the metadata says nothing."""

    item_id: str
    title: str = ""
    description: str = ""
    features: str = ""
    category: str = ""
    brand: str = ""
    price: float = math.nan


def read_products(path: Path, reviewed: pd.Series) -> pd.DataFrame:
    """Read the metadata of the products that have reviews.

    Args:
        path: The metadata of a category, of any year, compressed or not.
        reviewed: Ids of the products wanted, each once.

    Returns:
        One row per product wanted, in the order given: `item_id`, `title`, `description` (both empty rather
        than missing), then those of `features`, `category` (paths as `A > B > C`, several with `|` between
        them), `brand` and `price` that some product has. Of a product that is there twice the first entry
        counts.

    Raises:
        DataError: If the file is not of this kind, or is cut off.
    """
    known: dict[str, Product] = {}
    wanted = set(reviewed)

    def may_be_wanted(line: bytes) -> bool:
        ids = _RAW_ID.findall(line)
        return not ids or any(item_id.decode() in wanted for item_id in ids)

    for product in read_records(path, _product, may_be_wanted):
        if product.item_id in wanted and product.item_id not in known:
            known[product.item_id] = product
    logger.info("%s describes %d of the %d products that have reviews", path, len(known), len(wanted))
    rows = [known.get(item_id, Product(item_id)) for item_id in reviewed]
    table = pd.DataFrame(rows, columns=list(Product._fields))
    words = table.drop(columns="price").astype("str")
    optional = words.columns.difference(_NEVER_ABSENT)
    words[optional] = words[optional].replace("", None)
    described = words.assign(price=table["price"].astype("float64"))
    return described.drop(columns=[name for name in described if described[name].isna().all()])


def _product(record: Record) -> Product:
    details = record.get("details")
    title = plain(record.get("title"))
    return Product(
        item_id=str(record.get("parent_asin") or record["asin"]).strip(),
        title="" if _SCRIPT in title else title,
        description=plain(record.get("description")),
        features=plain(record.get("features") or record.get("feature")),
        category=_category(record),
        brand=plain(record.get("brand") or record.get("store") or _brand_in(details)),
        price=price(record.get("price")),
    )


def _category(record: Record) -> str:
    paths = record.get("categories") or record.get("category")
    return category_paths(paths) or category_paths([record.get("main_category")])


def _brand_in(details: object) -> object:
    return details.get("Brand") if isinstance(details, dict) else None
