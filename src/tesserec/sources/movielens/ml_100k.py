"""The layout of MovieLens 100K: tabs and `|`, Latin-1, one flag per genre, people with ages."""

from pathlib import Path

import pandas as pd

from tesserec.sources.files import read_fields
from tesserec.sources.frames import rating_table, text_table, typed_table
from tesserec.sources.movielens.titles import years

_RATINGS = {"user_id": "str", "item_id": "str", "value": "float64", "timestamp": "float64"}
_ITEM = {"item_id": "str", "title": "str", "release": "str", "video_release": "str", "url": "str"}
_USERS = {"user_id": "str", "age": "float64", "gender": "str", "occupation": "str", "zip": "str"}
_UNKNOWN = "unknown"


def read_100k(folder: Path) -> dict[str, pd.DataFrame]:
    """Read `u.data`, `u.item`, `u.genre` and `u.user`.

    Args:
        folder: The unpacked archive.

    Returns:
        The tables, as `read_movielens` describes them. Users have `age`, `gender`, `occupation` and
        `zip_region`, the first character of their zip code, as in `8xxxx`.

    Raises:
        DataError: If a file is broken.
    """
    ratings = read_fields(folder / "u.data", "\t", _RATINGS)
    return {
        "interactions": rating_table(*(ratings[name] for name in _RATINGS)),
        "items": _read_items(folder),
        "users": _read_users(folder / "u.user"),
        "texts": text_table([], [], "tag", [], []),
    }


def _read_items(folder: Path) -> pd.DataFrame:
    codes = read_fields(folder / "u.genre", "|", {"genre": "str", "code": "float64"})
    genres = codes.dropna().sort_values("code")["genre"].tolist()
    films = read_fields(folder / "u.item", "|", _ITEM | dict.fromkeys(genres, "str"))
    flags = (films[genres] == "1").drop(columns=_UNKNOWN, errors="ignore")
    names = flags.columns.to_numpy()
    named = ["|".join(names[row]) or None for row in flags.to_numpy()]
    titles = films["title"].str.strip().replace(_UNKNOWN, "")
    return typed_table(
        {"item_id": films["item_id"], "title": titles, "genres": named}, {"year": years(films["title"])}
    )


def _read_users(path: Path) -> pd.DataFrame:
    users = read_fields(path, "|", _USERS)
    return typed_table(
        {
            "user_id": users["user_id"],
            "gender": users["gender"],
            "occupation": users["occupation"],
            "zip_region": users["zip"].str[:1] + "xxxx",
        },
        {"age": users["age"]},
    )
