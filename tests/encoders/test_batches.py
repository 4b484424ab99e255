import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tesserec.encoders.batches import batches_by_length, pad_right, side_by_side


def test_batches_of_similar_length_fill_the_budget():
    lengths = np.array([3, 30, 8, 17, 9, 2])
    batches = [batch.tolist() for batch in batches_by_length(lengths, batch_tokens=36)]
    # Widths 30, 17, 8: the longest first, each batch at most 36 tokens with its padding.
    assert batches == [[1], [3, 4], [2, 0, 5]]


@given(lengths=st.lists(st.integers(1, 40), max_size=50), budget=st.integers(1, 200))
def test_every_sequence_is_in_one_batch_within_the_budget(lengths, budget):
    batches = list(batches_by_length(np.array(lengths, dtype=int), budget))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget


def test_padding_goes_right_to_the_longest():
    ids, mask = pad_right([np.array([5, 6, 7]), np.arange(1, 10)], pad_id=99)
    assert ids.tolist() == [[5, 6, 7] + [99] * 6, list(range(1, 10))]
    assert mask.tolist() == [[1] * 3 + [0] * 6, [1] * 9]


@pytest.mark.parametrize("at_once", [1, 2, 16])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_what_is_read_comes_in_the_order_of_the_batches(threads, at_once, count):
    threads(8)
    assert list(side_by_side(lambda batch: -batch, range(count), at_once)) == [-n for n in range(count)]
    assert torch.get_num_threads() == 8


def test_batches_are_read_side_by_side_and_share_the_threads_out(threads):
    """Each of two waits until the other has begun: one after the other they would never end."""
    threads(5)
    both = threading.Barrier(2, timeout=30)

    def read(_: int) -> int:
        both.wait()
        return torch.get_num_threads()

    assert list(side_by_side(read, range(2), at_once=5)) == [2, 2]
    assert list(side_by_side(lambda _: torch.get_num_threads(), range(1), at_once=5)) == [5]


def test_an_error_reaches_the_caller_and_the_threads_are_as_before(threads):
    threads(3)
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda batch: 1 // batch, [1, 0, 1, 1], at_once=3))
    assert torch.get_num_threads() == 3
