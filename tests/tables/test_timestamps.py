import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from tesserec.errors import DataError
from tesserec.tables.places import Place
from tesserec.tables.timestamps import period_of, read_timestamps

PLACE = Place("table interactions")


def test_numbers_stay_as_they_are():
    times = read_timestamps(pd.Series(["3", "1.5", None, "964982703"]), PLACE)

    assert_array_equal(times.seconds, [3, 1.5, np.nan, 964982703])
    assert not times.dates


def test_dates_become_seconds():
    values = pd.Series(
        ["1970-01-02", "1970-01-01T00:00:30Z", "1970-01-01 01:00:00+01:00", "1800-01-01", None]
    )

    times = read_timestamps(values, PLACE)

    assert_array_equal(times.seconds, [86_400, 30, 0, -5_364_662_400, np.nan])
    assert times.dates


def test_a_word_among_numbers_is_unreadable():
    times = read_timestamps(pd.Series(["3", "soon", None]), PLACE)

    assert times.unreadable.tolist() == [False, True, False]


def test_mixed_forms_and_no_form_are_refused():
    with pytest.raises(DataError, match="'2020-01-01' in row 2"):
        read_timestamps(pd.Series(["1", "2020-01-01", "2"]), PLACE)
    with pytest.raises(DataError, match="'01/02/2020' in row 1"):
        read_timestamps(pd.Series(["01/02/2020", None]), PLACE)


@pytest.mark.parametrize(
    ("times", "period"),
    [
        ([1.7e9, np.nan, 9.6e8], ("2000-06-03", "2023-11-14")),
        ([3.0, 1.0], ("1", "3")),
        ([np.nan], None),
        ([], None),
    ],
)
def test_a_period_is_told_in_days_where_times_are_dates(times, period):
    assert period_of(pd.Series(times, dtype=float)) == period
