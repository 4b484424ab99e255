"""The layout of MovieLens 1M: fields separated by `::`, Latin-1, people described by codes."""

from pathlib import Path

import pandas as pd

from tesserec.sources.files import read_fields
from tesserec.sources.frames import rating_table, text_table, typed_table
from tesserec.sources.movielens.titles import years

_RATINGS = {"user_id": "str", "item_id": "str", "value": "float64", "timestamp": "float64"}
_MOVIES = {"item_id": "str", "title": "str", "genres": "str"}
_USERS = {"user_id": "str", "gender": "str", "age": "str", "occupation": "str", "zip": "str"}

AGE_GROUPS = {
    "1": "under 18",
    "18": "18-24",
    "25": "25-34",
    "35": "35-44",
    "45": "45-49",
    "50": "50-55",
    "56": "56 and over",
}
OCCUPATIONS = dict(
    enumerate(
        (
            "other",
            "academic or educator",
            "artist",
            "clerical or administrative",
            "college or graduate student",
            "customer service",
            "doctor or health care",
            "executive or manager",
            "farmer",
            "homemaker",
            "school student",
            "lawyer",
            "programmer",
            "retired",
            "sales or marketing",
            "scientist",
            "self-employed",
            "technician or engineer",
            "tradesperson or craftsperson",
            "unemployed",
            "writer",
        )
    )
)
"""Words for the codes 0 to 20 of `users.dat`, as the README of the archive explains them."""


def read_1m(folder: Path) -> dict[str, pd.DataFrame]:
    """Read `ratings.dat`, `movies.dat` and `users.dat`.

    Args:
        folder: The unpacked archive.

    Returns:
        The tables, as `read_movielens` describes them. Users have `age_group`, `gender`, `occupation` and
        `zip_region`, the first character of their zip code, as in `8xxxx`.

    Raises:
        DataError: If a file is broken.
    """
    ratings = read_fields(folder / "ratings.dat", "::", _RATINGS)
    movies = read_fields(folder / "movies.dat", "::", _MOVIES)
    items = typed_table(
        {"item_id": movies["item_id"], "title": movies["title"].str.strip(), "genres": movies["genres"]},
        {"year": years(movies["title"])},
    )
    return {
        "interactions": rating_table(*(ratings[name] for name in _RATINGS)),
        "items": items,
        "users": _read_users(folder / "users.dat"),
        "texts": text_table([], [], "tag", [], []),
    }


def _read_users(path: Path) -> pd.DataFrame:
    users = read_fields(path, "::", _USERS)
    words = {str(code): word for code, word in OCCUPATIONS.items()}
    return typed_table(
        {
            "user_id": users["user_id"],
            "gender": users["gender"],
            "age_group": users["age"].map(AGE_GROUPS),
            "occupation": users["occupation"].map(words),
            "zip_region": users["zip"].str[:1] + "xxxx",
        },
        {},
    )
