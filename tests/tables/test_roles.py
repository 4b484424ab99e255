import numpy as np
import pandas as pd
import pytest

from tesserec.errors import ConfigError
from tesserec.tables.roles import choose_roles, detect_role

RNG = np.random.default_rng(1)
SENTENCES = [
    f"A long story about {name}, in which nothing is as it seems and everybody learns something"
    for name in ("Anna", "Bo", "Chen", "Dee", "Eve", "Finn")
]

COLUMNS = {
    "genres": (["Drama|Comedy", "Drama", "Horror", "Comedy|Horror"], "multi_category"),
    "类型": (["剧情/悬疑", "剧情", "剧情/爱情", "爱情/悬疑", "悬疑"], "multi_category"),
    "director": (["{'https://a/1': '麦曦茵'}", "{'https://a/2': '李安', 'b': '张艺谋'}"], "multi_category"),
    "companies": (["[{'id': 3, 'name': 'Pixar'}]", "[]", '[{"name": "Fox"}]'], "multi_category"),
    "path": (["Beauty > Makeup > Nails", "Beauty > Fragrance", "Beauty > Makeup"], "category"),
    "brand": (["Smith, Inc.", "Jones, Ltd.", "Acme", "AC/DC", "Stanley"], "category"),
    "rating": (["PG-13", "R", "G", "R"], "category"),
    "runtime": (["104 minutes", "98 minutes", "120 minutes"], "number"),
    "price": (["$9.50", "$1,200.00", None], "number"),
    "year": (["1995", "2001", "1987", "1995"], "number"),
    "released": (["1995-10-30", "2001-01-01"], "number"),
    "postcode": (["10115", "80331"], "category"),
    "station": (["0012", "4711", "0815"], "category"),
    "gender": (["0", "1"] * 5, "category"),
    "occupation": ([str(n) for n in range(21)] * 3, "category"),
    "age": ([str(n) for n in (1, 18, 25, 35, 45, 50, 56)] * 4, "number"),
    "synopsis": (SENTENCES, "text"),
    "简介": (["这是一个关于成长与离别的漫长故事", "他在战争中失去了所有的亲人和朋友"], "text"),
    "slogan": ([SENTENCES[0], SENTENCES[1]] * 20, "category"),
    "poster": (["https://x.org/1.jpg", "https://x.org/2.jpg"], None),
    "constant": (["same", "same"], None),
    "nothing": ([None, None], None),
    "flag": (["yes", None], "category"),
}  # fmt: skip


@pytest.mark.parametrize("name", COLUMNS)
def test_role_of(name):
    values, role = COLUMNS[name]

    assert detect_role(name, pd.Series(values, dtype="str")) == role


def test_role_of_numbers_read_from_parquet():
    assert detect_role("price", pd.Series([1.5, 2.0, np.nan])) == "number"
    assert detect_role("shop_id", pd.Series([12, 99])) == "category"


def test_overrides_win_and_ignore_leaves_out():
    frame = pd.DataFrame({"year": ["1995", "2001"], "isbn": ["1", "2"], "tone": ["dark", "light"]})

    roles = choose_roles(frame, {"year": "category", "isbn": "ignore"}, "items")

    assert roles == {"year": "category", "tone": "category"}


def test_unknown_column_or_role_is_refused():
    frame = pd.DataFrame({"year": ["1995", "2001"]})

    with pytest.raises(ConfigError, match=r"column_roles\.items names the column yaer.*mean year"):
        choose_roles(frame, {"yaer": "number"}, "items")
    with pytest.raises(ConfigError, match=r"column_roles\.items\.year is 'numeric'.*multi_category, number"):
        choose_roles(frame, {"year": "numeric"}, "items")
