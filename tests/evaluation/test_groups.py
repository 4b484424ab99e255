import numpy as np
import pandas as pd
import pytest

from tesserec.evaluation.groups import by_first_level, group_items
from tesserec.reranking import ItemColumns


def categories(values: list, role: str = "category"):
    table = pd.DataFrame({"item_id": [f"i{place}" for place in range(len(values))], "category": values})
    return ItemColumns(table, {"category": role}).main_categories()


def held(groups) -> dict[str, list[int]]:
    """The positions of the items of each group."""
    members = groups.members.toarray()
    assert set(np.unique(members)) <= {0, 1}
    return {
        name: np.flatnonzero(column).tolist() for name, column in zip(groups.names, members.T, strict=True)
    }


class TestFirstLevel:
    def test_a_path_counts_by_its_first_level(self):
        groups = by_first_level(categories(["Books > Crime", "Music", "Books > Crime > Nordic", np.nan]))
        assert held(groups) == {"Books": [0, 2], "Music": [1]}

    def test_an_item_may_be_in_several_groups_and_in_each_once(self):
        groups = by_first_level(categories(["A > x|A > y", "B|A", "C"], "multi_category"))
        assert held(groups) == {"A": [0, 1], "B": [1], "C": [2]}

    def test_a_level_that_nearly_all_share_tells_nothing_apart(self):
        groups = by_first_level(categories(["Beauty > Hair"] * 6 + ["Beauty > Nails > Files"] * 4))
        assert held(groups) == {"Beauty > Hair": list(range(6)), "Beauty > Nails": [6, 7, 8, 9]}

    def test_a_shorter_path_keeps_its_name(self):
        groups = by_first_level(categories(["Beauty", "Beauty > Hair", "Beauty > Nails"]))
        assert held(groups) == {"Beauty": [0], "Beauty > Hair": [1], "Beauty > Nails": [2]}

    @pytest.mark.parametrize("values", [["A"] * 4, ["A > B"] * 4])
    def test_where_nothing_tells_apart_the_first_level_stays(self, values):
        assert held(by_first_level(categories(values))) == {"A": [0, 1, 2, 3]}

    def test_nobody_has_a_category(self):
        assert held(by_first_level(categories([np.nan, np.nan]))) == {}


class TestGroupItems:
    ITEMS = pd.DataFrame({"item_id": ["a", "b", "c"], "kind": ["x", "y", np.nan], "tag": ["t", "u", "v"]})
    TEXTS = pd.DataFrame(
        {"item_id": ["c", "a", "b"], "language": ["other", "en", "zh"], "contextual": ["", "A", "乙"]}
    )
    IDS = np.array(["b", "a", "c"], dtype=object)

    def test_positions_are_those_of_the_ids_and_no_text_has_no_language(self):
        groups = group_items(self.IDS, self.ITEMS, {"kind": "category"}, self.TEXTS)
        assert held(groups["language"]) == {"en": [1], "zh": [0]}
        assert held(groups["category"]) == {"x": [1], "y": [0]}

    def test_the_column_that_most_items_have_a_value_in(self):
        roles = {"kind": "category", "tag": "category"}
        assert held(group_items(self.IDS, self.ITEMS, roles, self.TEXTS)["category"]) == {
            "t": [1], "u": [0], "v": [2]
        }  # fmt: skip

    def test_a_column_called_category_comes_first(self):
        items = self.ITEMS.rename(columns={"kind": "category"})
        roles = {"tag": "category", "category": "category"}
        assert set(held(group_items(self.IDS, items, roles, self.TEXTS)["category"])) == {"x", "y"}

    def test_without_categories_there_is_language_alone(self):
        assert list(group_items(self.IDS, self.ITEMS, {"kind": "text"}, self.TEXTS)) == ["language"]
