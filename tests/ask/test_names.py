import pytest

from tesserec.ask.names import ItemNames
from tesserec.errors import ConfigError

NAMES = ItemNames(["7", "8", "9", "Heat"], ["Heat", "Solaris (1972)", "Solaris (2002)", "Heat"])


@pytest.mark.parametrize(
    ("name", "place"), [("8", 1), ("solaris (2002)", 2), ("Heat", 3), (" Solaris  (1972)", 1)]
)
def test_an_id_or_a_title_names_an_item(name, place):
    assert NAMES.place(name) == place


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Solaris", ["'Solaris'", "8 (Solaris (1972))", "9 (Solaris (2002))"]),
        ("Solarus (1972)", ["8 (Solaris (1972))"]),
        ("heat", ["2 items have the title", "7 (Heat), Heat (Heat)"]),
        ("zzz", ["No item has the id or the title 'zzz'", "take an id or a title"]),
    ],
)
def test_another_name_is_told_with_those_near(name, parts):
    with pytest.raises(ConfigError) as caught:
        NAMES.place(name)
    assert all(part in str(caught.value) for part in parts), str(caught.value)
