import pandas as pd

from tesserec.tables.names import name_items


def test_an_item_without_a_title_is_named_by_its_description_or_its_id():
    items = pd.DataFrame(
        {
            "item_id": ["i0", "i1", "i2"],
            "title": ["A title", "", ""],
            "description": ["words", "one two three four five six seven eight nine", ""],
        }
    )
    assert name_items(items) == ["A title", "one two three four five six seven eight …", "i2"]
