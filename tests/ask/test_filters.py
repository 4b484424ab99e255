import numpy as np
import pandas as pd
import pytest

from tesserec.ask.filters import Condition, ItemFilter
from tesserec.errors import ConfigError

ROLES = {"category": "category", "tags": "multi_category", "notes": "text", "price": "number"}
ITEMS = pd.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "title": ["Red Lamp", "Blue Lamp", "Spade", "台灯"],
        "description": ["warm light", "cold light", None, "暖光"],
        "category": ["Shop > Light", "Shop > Light", "shop > Garden", "Music"],
        "tags": ["home|evening", "office", "home|outdoor", None],
        "notes": ["made in Leeds", "made in York", "made in Leeds", ""],
        "price": [10.0, 20.0, 30.0, np.nan],
    }
)


def kept(*written: str, this: int | None = None) -> str:
    conditions = [Condition.parse(one) for one in written]
    return "".join(ITEMS["item_id"][ItemFilter(ITEMS, ROLES).keep(conditions, this)])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("price<20", "a"),
        ("price <= 20", "ab"),
        ("price>20", "c"),
        ("price>=20", "bc"),
        ("price=20", "b"),
        ("price!=20", "acd"),
        ("price＜20", "a"),
        ("category=shop", "abc"),
        ("category=Light", "ab"),
        ("category=Shop > garden", "c"),
        ("category=Shop>Garden", "c"),
        ("category!=Shop", "d"),
        ("tags=home", "ac"),
        ("tags!=home", "bd"),
        ("title=lamp", "ab"),
        ("title=台灯", "d"),
        ("notes=LEEDS", "ac"),
        ("description=light", "ab"),
    ],
)
def test_one_condition(written, expected):
    assert kept(written) == expected


def test_all_conditions_hold():
    assert kept("category=Shop", "price>=20", "title!=spade") == "b"
    assert kept() == "abcd"
    assert kept("price<1") == ""


@pytest.mark.parametrize(
    ("written", "this", "expected"),
    [
        ("price<this", 1, "a"),
        ("price>this", 1, "c"),
        ("category=this", 0, "ab"),
        ("category!=this", 0, "cd"),
        ("tags=this", 0, "ac"),
        ("tags!=this", 0, "bd"),
    ],
)
def test_this_is_the_value_of_the_item(written, this, expected):
    assert kept(written, this=this) == expected


@pytest.mark.parametrize(
    ("written", "this", "parts"),
    [
        ("price", None, ["'price'", "year>=2020"]),
        ("__import__('os')", None, ["cannot be read"]),
        ("prise<3", None, ["column 'prise'", "did you mean 'price'?", "category, description"]),
        ("price<cheap", None, ["'price<cheap'", "'cheap'", "number", "'this'"]),
        ("category<Shop", None, ["'category<Shop'", "= and !=", "price"]),
        ("price<this", None, ["'price<this'", "similar", "exactly one"]),
        ("price<this", 3, ["'d' has no 'price'"]),
        ("notes=this", 3, ["'d' has no 'notes'"]),
    ],
)
def test_what_does_not_fit_is_told(written, this, parts):
    with pytest.raises(ConfigError) as caught:
        kept(written, this=this)
    assert all(part in str(caught.value) for part in parts), str(caught.value)
