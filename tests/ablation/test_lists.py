import numpy as np

from tesserec.ablation import lists_to_table, table_to_lists

USERS, ITEMS = np.array(["a", "b", "c"], object), np.array(["x", "y", "z"], object)


def test_lists_become_rows_from_the_first_place_on():
    table = lists_to_table({"full": np.array([[2, 0], [1, -1], [-1, -1]])}, USERS, ITEMS)
    assert table.to_records(index=False).tolist() == [
        ("full", "a", 1, "z"),
        ("full", "a", 2, "x"),
        ("full", "b", 1, "y"),
    ]


def test_there_and_back():
    generator = np.random.default_rng(0)
    lists = {arm: np.stack([generator.permutation(3) for _ in USERS]) for arm in ("full", "no text")}
    lists["full"][1, 1:] = -1
    back = table_to_lists(lists_to_table(lists, USERS, ITEMS), USERS, ITEMS, 3)
    assert list(back) == list(lists)
    for arm, best in lists.items():
        np.testing.assert_array_equal(back[arm], best)


def test_who_has_no_row_has_an_empty_list():
    table = lists_to_table({"full": np.array([[2], [-1], [-1]])}, USERS, ITEMS)
    assert table_to_lists(table, USERS, ITEMS, 2)["full"].tolist() == [[2, -1], [-1, -1], [-1, -1]]
