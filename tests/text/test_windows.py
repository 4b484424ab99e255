from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tesserec.text.windows import cut_windows, frame_window, tokens_read


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (0, []),
        (1, [(0, 1)]),
        (2, [(0, 2)]),
        (5, [(0, 5)]),
        (6, [(0, 5), (3, 6)]),
        (8, [(0, 5), (3, 8)]),
        (9, [(0, 5), (3, 8), (6, 9)]),
    ],
)
def test_windows_of_five_that_share_two(length, spans):
    windows = cut_windows(np.arange(length), size=5, overlap=2)
    assert [(window[0], window[-1] + 1) for window in windows] == spans


def test_without_overlap_windows_are_slices():
    windows = cut_windows(np.arange(7), size=3, overlap=0)
    assert [window.tolist() for window in windows] == [[0, 1, 2], [3, 4, 5], [6]]


@given(length=st.integers(0, 60), size=st.integers(1, 12), overlap=st.integers(0, 11))
def test_every_token_is_in_a_window_and_no_window_is_superfluous(length, size, overlap):
    if overlap >= size:
        with pytest.raises(ValueError, match="cannot overlap"):
            cut_windows(np.arange(length), size, overlap)
        return
    windows = cut_windows(np.arange(length), size, overlap)
    assert set(np.concatenate([*windows, []]).astype(int)) == set(range(length))
    assert all(len(window) == size for window in windows[:-1])
    for before, after in pairwise(windows):
        assert before[-1] - after[0] + 1 == overlap
        assert after[-1] > before[-1]


@given(length=st.integers(0, 60), size=st.integers(3, 12), most=st.integers(1, 9))
def test_the_rest_may_be_left_and_is_known(length, size, most):
    tokens = np.arange(length)
    windows = cut_windows(tokens, size, overlap=2, most=most)
    for kept, whole in zip(windows, cut_windows(tokens, size, overlap=2), strict=False):
        np.testing.assert_array_equal(kept, whole)
    assert len(windows) == min(most, len(cut_windows(tokens, size, overlap=2)))
    assert tokens_read(windows, size, overlap=2) == len(set(np.concatenate([*windows, []])))


def test_special_tokens_stand_around_the_window():
    framed = frame_window(np.array([7, 8]), prefix=np.array([1]), suffix=np.array([2, 3]))
    assert framed.tolist() == [1, 7, 8, 2, 3]
