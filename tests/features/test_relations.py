import pandas as pd
import pytest

from tesserec.features.relations import relation_block

COLUMNS = ["head_type", "head_id", "relation", "tail_type", "tail_id"]
PEOPLE = pd.Index(["ann", "bob", "eve"])


def links(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def test_friends_share_columns_whichever_way_the_link_was_written():
    block, names = relation_block(links(("user", "ann", "friend", "user", "bob")), "user", PEOPLE)
    assert names == ["friend: user ann", "friend: user bob"]
    assert block.toarray().tolist() == [[1, 1], [1, 1], [0, 0]]


def test_a_link_written_from_both_ends_counts_once():
    both = links(("user", "ann", "friend", "user", "bob"), ("user", "bob", "friend", "user", "ann"))
    assert relation_block(both, "user", PEOPLE)[0].toarray().max() == 1


def test_other_things_are_columns_without_a_self_link():
    block, names = relation_block(
        links(("user", "ann", "lives in", "place", "Oslo"), ("place", "Oslo", "lives in", "user", "eve")),
        "user",
        PEOPLE,
    )
    assert names == ["lives in: place Oslo"]
    assert block.toarray().tolist() == [[1], [0], [1]]


def test_the_same_id_of_another_kind_is_another_thing():
    table = links(("item", "ann", "sequel", "item", "bob"), ("user", "ann", "likes", "item", "ann"))
    block, names = relation_block(table, "user", PEOPLE)
    assert names == ["likes: item ann"]
    assert block.toarray().tolist() == [[1], [0], [0]]


def test_ids_that_are_no_rows_are_columns_only():
    block, names = relation_block(links(("user", "zoe", "friend", "user", "bob")), "user", PEOPLE)
    assert names == ["friend: user bob", "friend: user zoe"]
    assert block.toarray().tolist() == [[0, 0], [1, 1], [0, 0]]


@pytest.mark.parametrize("table", [links(), links(("item", "a", "by", "person", "b"))])
def test_no_links(table):
    block, names = relation_block(table, "user", PEOPLE)
    assert block.shape == (3, 0)
    assert names == []
