"""Where the data sets are published, and on what terms."""

import re
from dataclasses import dataclass

from tesserec.errors import ConfigError, DataError
from tesserec.sources.categories import AMAZON_CATEGORIES

_GROUPLENS = "https://files.grouplens.org/datasets/movielens"
_SNAP = "https://snap.stanford.edu/data/amazon/productGraph/categoryFiles"
_MCAULEY = "https://mcauleylab.ucsd.edu/public_datasets/data"

_MOVIELENS = {
    "movielens-100k": ("ml-100k.zip", "5 MB"),
    "movielens-1m": ("ml-1m.zip", "6 MB"),
    "movielens-25m": ("ml-25m.zip", "250 MB"),
    "movielens-32m": ("ml-32m.zip", "239 MB"),
    "movielens-latest-small": ("ml-latest-small.zip", "1 MB"),
    "movielens-latest": ("ml-latest.zip", "335 MB"),
}

_AMAZON = {
    ("2014", ""): f"{_SNAP}/reviews_CATEGORY.json.gz",
    ("2014", "-5core"): f"{_SNAP}/reviews_CATEGORY_5.json.gz",
    ("2018", ""): f"{_MCAULEY}/amazon_v2/categoryFiles/CATEGORY.json.gz",
    ("2018", "-5core"): f"{_MCAULEY}/amazon_v2/categoryFilesSmall/CATEGORY_5.json.gz",
    ("2023", ""): f"{_MCAULEY}/amazon_2023/raw/review_categories/CATEGORY.jsonl.gz",
    ("2023", "-5core"): f"{_MCAULEY}/amazon_2023/benchmark/5core/rating_only/CATEGORY.csv.gz",
}
_AMAZON_META = {
    "2014": f"{_SNAP}/meta_CATEGORY.json.gz",
    "2018": f"{_MCAULEY}/amazon_v2/metaFiles2/meta_CATEGORY.json.gz",
    "2023": f"{_MCAULEY}/amazon_2023/raw/meta_categories/meta_CATEGORY.jsonl.gz",
}
_AMAZON_NAME = re.compile(r"amazon-(2014|2018|2023)-(\w+)(-5core)?")
_MD5 = re.compile(r"\b[0-9a-fA-F]{32}\b")


@dataclass(frozen=True)
class PublishedFile:
    """One file on the internet.

    Args:
        url: Where it is.
        checksum_url: Where the publisher states its MD5, if anywhere.
    """

    url: str
    checksum_url: str | None = None

    @property
    def name(self) -> str:
        """The name of the file without its place."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Publication:
    """A data set as published.

    Args:
        name: What users call it.
        source: The adapter that reads it, a key of `tesserec.sources.SOURCES`, and the environment to run it
            in.
        files: What to fetch.
        terms: Size where known, and what the publisher asks of those who use it.
    """

    name: str
    source: str
    files: tuple[PublishedFile, ...]
    terms: str

    @property
    def folder(self) -> str:
        """Where it belongs, below the folder of all raw data."""
        return f"{self.source}/{self.name}"


def find_publication(name: str) -> Publication:
    """Find a data set by name.

    Args:
        name: One of the MovieLens versions, such as `movielens-1m`, or year and category of Amazon Reviews,
            such as `amazon-2014-Beauty`, with `-5core` for users and items with five reviews or more.

    Returns:
        What is known of its publication.

    Raises:
        ConfigError: If there is no such data set; the message lists those there are.
    """
    if name in _MOVIELENS:
        return _movielens(name)
    match = _AMAZON_NAME.fullmatch(name)
    if match is None:
        raise ConfigError(
            f"'{name}' is no known data set: set download.source to {', '.join(_MOVIELENS)}, "
            f"or for Amazon Reviews of {', '.join(AMAZON_CATEGORIES)} to amazon-YEAR-CATEGORY or "
            "amazon-YEAR-CATEGORY-5core, such as amazon-2014-Beauty-5core."
        )
    year, category, core = match[1], match[2], match[3] or ""
    if category not in AMAZON_CATEGORIES[year]:
        raise ConfigError(
            f"'{name}' is no known data set: Amazon Reviews {year} has the categories "
            f"{', '.join(AMAZON_CATEGORIES[year])}; set download.source to one, as in "
            f"amazon-{year}-{AMAZON_CATEGORIES[year][0]}."
        )
    return _amazon(name, year, category, core)


def published_checksum(text: str) -> str:
    """Take the MD5 from what a publisher's checksum file says, in whichever of the usual forms.

    Args:
        text: Such as `MD5 (ml-1m.zip) = c4d9...` or `c4d9...  ml-1m.zip`.

    Returns:
        32 lower-case hexadecimal digits.

    Raises:
        DataError: If the text holds no MD5.
    """
    match = _MD5.search(text)
    if match is None:
        raise DataError("the publisher's checksum file holds no MD5.")
    return match[0].lower()


def _movielens(name: str) -> Publication:
    archive, size = _MOVIELENS[name]
    file = PublishedFile(f"{_GROUPLENS}/{archive}", f"{_GROUPLENS}/{archive}.md5")
    terms = "for research, not for profit without permission, to be cited; see the README in the archive"
    return Publication(name, "movielens", (file,), f"about {size}; {terms}")


def _amazon(name: str, year: str, category: str, core: str) -> Publication:
    urls = (_AMAZON[year, core], _AMAZON_META[year])
    files = tuple(PublishedFile(url.replace("CATEGORY", category)) for url in urls)
    return Publication(
        name, "amazon", files, "for research, to be cited; see https://cseweb.ucsd.edu/~jmcauley/"
    )
