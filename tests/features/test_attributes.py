import numpy as np
import pandas as pd
import pytest

from tesserec.features.attributes import CategoryBlock, NumberBlock, RangeBlock, columns_with

ROLES = {"genre": "multi_category", "shelf": "category", "price": "number", "blurb": "text"}


def table(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_columns_with_keeps_the_order_of_roles():
    assert columns_with(ROLES, "category", "multi_category") == ["genre", "shelf"]
    assert columns_with(ROLES, "number") == ["price"]


class TestCategoryBlock:
    def test_rarity_by_hand(self):
        """Three rows: red stands in two, blue in one: weights ln(4/3) + 1 and ln(4/2) + 1."""
        colours = table(shelf=["red", "red", "blue"])
        block = CategoryBlock(["shelf"], ROLES).fit(colours)
        assert block.names == ["shelf: blue", "shelf: red"]
        np.testing.assert_allclose(block.rarity, [np.log(4 / 2) + 1, np.log(4 / 3) + 1], rtol=1e-6)
        np.testing.assert_allclose(block.transform(colours).toarray(), [[0, 1], [0, 1], [1, 0]])

    def test_several_values_share_a_row_of_length_one(self):
        genres = table(genre=["a|b", "b", None, "a | b|b"])
        rows = CategoryBlock(["genre"], ROLES).fit(genres).transform(genres).toarray()
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 1, 0, 1], rtol=1e-6)
        np.testing.assert_allclose(rows[3], rows[0])
        assert rows[0, 0] > rows[0, 1] > 0  # a is rarer than b

    def test_a_path_counts_as_each_of_its_levels(self):
        paths = table(shelf=["Books > Crime > Nordic", "Books>Crime", "Books > Poetry", "Music > Crime"])
        block = CategoryBlock(["shelf"], ROLES).fit(paths)
        assert block.names == [
            "shelf: Books",
            "shelf: Books > Crime",
            "shelf: Books > Crime > Nordic",
            "shelf: Books > Poetry",
            "shelf: Music",
            "shelf: Music > Crime",
        ]
        rows = block.transform(paths)
        likeness = (rows @ rows.T).toarray()
        assert likeness[0, 1] > likeness[0, 2] > likeness[0, 3] == 0

    def test_the_same_value_in_two_columns_is_two_things(self):
        both = table(genre=["red"], shelf=["red"])
        assert CategoryBlock(["genre", "shelf"], ROLES).fit(both).names == ["genre: red", "shelf: red"]

    def test_values_that_were_not_learned_count_nothing(self):
        block = CategoryBlock(["shelf"], ROLES).fit(table(shelf=["red"]))
        assert block.transform(table(shelf=["green", "red", None, " "])).toarray().tolist() == [
            [0],
            [1],
            [0],
            [0],
        ]

    def test_a_value_that_was_not_learned_takes_nothing_from_the_others(self):
        block = CategoryBlock(["genre", "shelf"], ROLES).fit(table(genre=["a|b", "b"], shelf=["red", "red"]))
        rows = block.transform(table(genre=["a|b", "a|b|unheard", "a|b"], shelf=["red", "red", "unheard"]))
        np.testing.assert_array_equal(rows[[0]].toarray(), rows[[1]].toarray())
        missing = block.transform(table(genre=["a|b"], shelf=[None]))
        np.testing.assert_array_equal(rows[[2]].toarray(), missing.toarray())

    @pytest.mark.parametrize("values", [[None, None], ["", " "]])
    def test_nothing_to_learn(self, values):
        block = CategoryBlock(["shelf", "genre"], ROLES).fit(table(shelf=values, genre=values))
        assert block.transform(table(shelf=["x", "y"], genre=["x", "y"])).shape == (2, 0)

    def test_no_columns(self):
        assert CategoryBlock([], {}).fit(table(x=[1, 2])).transform(table(x=[1, 2])).shape == (2, 0)


class TestNumberBlock:
    def test_standardises_and_puts_what_is_missing_at_the_mean(self):
        prices = table(price=[1.0, 3.0, np.nan])
        rows = NumberBlock(["price"]).fit(prices).transform(prices)
        np.testing.assert_allclose(rows, [[-1], [1], [0]])
        assert rows.dtype == np.float32

    def test_is_clipped_and_learned_from_the_fitted_rows(self):
        block = NumberBlock(["price"]).fit(table(price=[1.0, 3.0]))
        np.testing.assert_allclose(block.transform(table(price=[1e9, -1e9, 4.0])), [[4], [-4], [2]])

    @pytest.mark.parametrize("values", [[5.0, 5.0], [np.nan, np.nan], []])
    def test_constant_missing_or_no_numbers(self, values):
        block = NumberBlock(["price"]).fit(table(price=np.array(values, float)))
        rows = block.transform(table(price=[5.0, np.nan]))
        assert np.isfinite(rows).all()
        assert rows[1, 0] == 0


class TestRangeBlock:
    def test_about_equally_many_in_each_range(self):
        ages = table(age=np.arange(100.0))
        rows = RangeBlock(["age"], 4).fit(ages).transform(ages).toarray()
        assert rows.sum(axis=0).tolist() == [25, 25, 25, 25]
        assert (rows.sum(axis=1) == 1).all()

    def test_ranges_by_hand_with_missing_and_out_of_range(self):
        block = RangeBlock(["age"], 2).fit(table(age=[10.0, 20.0, 30.0, np.nan]))
        assert block.names == ["age: below 20", "age: 20 or more"]
        rows = block.transform(table(age=[-5.0, 19.9, 20.0, 99.0, np.nan])).toarray()
        assert rows.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]

    def test_names_match_columns_whatever_the_data(self):
        numbers = table(age=[7.0, 7.0, 7.0], height=[1.0, 2.0, 9.0], empty=[np.nan] * 3)
        block = RangeBlock(["age", "height", "empty"], 3).fit(numbers)
        rows = block.transform(numbers).toarray()
        assert rows.shape == (3, len(block.names))
        assert rows.sum(axis=1).tolist() == [2, 2, 2]

    def test_no_columns(self):
        block = RangeBlock([], 3).fit(table(x=[1.0]))
        assert block.names == []
        assert block.transform(table(x=[1.0])).shape == (1, 0)
