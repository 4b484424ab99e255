import numpy as np
import pandas as pd
from numpy.testing import assert_array_equal

from tesserec.tables.numbers import read_numbers, read_plain_numbers


def test_plain_numbers():
    values = pd.Series(["1", " 2.5 ", "-3e2", "x", None, "inf", "nan", "1,5"])

    assert_array_equal(read_plain_numbers(values), [1, 2.5, -300, np.nan, np.nan, np.nan, np.nan, np.nan])


def test_numbers_with_one_unit():
    values = pd.Series(["104 minutes", "98 minutes", "2 hours", "90", None, "unknown"])

    assert_array_equal(read_numbers(values), [104, 98, np.nan, 90, np.nan, np.nan])


def test_currencies_and_thousands():
    assert_array_equal(read_numbers(pd.Series(["$1,299.50", "$5", "$.99"])), [1299.5, 5, 0.99])


def test_model_names_are_no_numbers():
    assert np.isnan(read_numbers(pd.Series(["A12", "PG-13", "R2D2", "1/2"]))).all()
