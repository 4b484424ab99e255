import numpy as np

from tesserec.encoders.stacked import StackedRows


def test_rows_are_those_of_the_arrays_put_together():
    parts = [np.arange(6.0).reshape(2, 3), np.empty((0, 3)), np.arange(100.0, 112.0).reshape(4, 3)]
    stacked = StackedRows([2, 0, 4], parts.__getitem__, parts[0])
    rows = np.array([5, 0, 2, 2, 1])
    np.testing.assert_array_equal(stacked[rows], np.concatenate(parts)[rows])
    assert stacked.shape == (6, 3)


def test_no_parts_have_no_rows():
    nothing = StackedRows([], [].__getitem__, np.empty((4, 3), np.float32))
    assert nothing.shape == (0, 3)
    assert nothing[np.array([], dtype=int)].dtype == np.float32
