"""The layout of MovieLens latest, latest-small, 20M, 25M and 32M: CSV with headers, tags, links to TMDB."""

from pathlib import Path

import pandas as pd

from tesserec.sources.files import read_csv
from tesserec.sources.frames import rating_table, text_table, typed_table
from tesserec.sources.movielens.titles import years
from tesserec.sources.movielens.tmdb import join_plots

_RATINGS = {"userId": "str", "movieId": "str", "rating": "float64", "timestamp": "float64"}
_TAGS = {"userId": "str", "movieId": "str", "tag": "str", "timestamp": "float64"}
_MOVIES = {"movieId": "str", "title": "str", "genres": "str"}
_LINKS = {"movieId": "str", "tmdbId": "str"}


def read_latest(folder: Path) -> dict[str, pd.DataFrame]:
    """Read `ratings.csv`, `movies.csv`, and if there are any `tags.csv`, `links.csv` and plots from TMDB.

    Args:
        folder: The unpacked archive.

    Returns:
        The tables, as `read_movielens` describes them.

    Raises:
        DataError: If a file is broken.
    """
    ratings = read_csv(folder / "ratings.csv", _RATINGS)
    tags = _read_optional(folder / "tags.csv", _TAGS)
    return {
        "interactions": rating_table(*(ratings[name] for name in _RATINGS)),
        "items": _read_items(folder),
        "users": typed_table({"user_id": []}, {}),
        "texts": text_table(tags["userId"], tags["movieId"], "tag", tags["tag"], tags["timestamp"]),
    }


def _read_items(folder: Path) -> pd.DataFrame:
    movies = read_csv(folder / "movies.csv", _MOVIES)
    genres = movies["genres"].replace("(no genres listed)", None)
    items = typed_table(
        {"item_id": movies["movieId"], "title": movies["title"].str.strip(), "genres": genres},
        {"year": years(movies["title"])},
    )
    links = _read_optional(folder / "links.csv", _LINKS)
    return join_plots(items, dict(zip(links["movieId"], links["tmdbId"], strict=True)), folder)


def _read_optional(path: Path, types: dict[str, str]) -> pd.DataFrame:
    return read_csv(path, types) if path.is_file() else pd.DataFrame(columns=list(types), dtype="str")
