import numpy as np
import pandas as pd

from tesserec.semantics.likings import find_likings

SAID = pd.DataFrame(
    [
        ("ann", "battery", "battery lasts for days", 0.9),
        ("ann", "battery", "the battery is superb", 0.95),
        ("ann", "price", "too dear", 0.2),
        ("ann", "zip", "zip broke", 0.05),
        ("ann", "smell", "smell is odd", 0.3),
        ("ann", "strap", "strap is fine", 0.7),
        ("ann", "strap", "strap | hurts", 0.1),
        ("ann", "colour", "so blue", np.nan),
        ("bob", "音质", "音质很好", 0.8),
    ],
    columns=["user_id", "aspect", "phrase", "positive"],
)


def likings(said: pd.DataFrame, count: int) -> pd.DataFrame:
    return find_likings(pd.Index(["eve", "bob", "ann"]), said, count)


def test_the_strongest_comes_first_with_its_clearest_phrase():
    ann = likings(SAID, 3).loc["ann"]
    assert ann["likes"] == "battery: the battery is superb"
    # zip -.9, price -.6, strap .4 - .8: praise and blame of one thing cancel; smell is not clear enough
    assert ann["dislikes"] == "zip: zip broke|price: too dear|strap: strap / hurts"


def test_no_more_than_asked_and_nothing_where_nothing_was_said():
    table = likings(SAID, 1)
    assert table.index.tolist() == ["eve", "bob", "ann"]
    assert table.loc["ann", "dislikes"] == "zip: zip broke"
    assert table.loc["bob"].tolist() == ["音质: 音质很好", ""]
    assert (table.loc["eve"] == "").all()
    assert (likings(SAID.iloc[:0], 1) == "").all(axis=None)
