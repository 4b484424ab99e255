import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tesserec.encoders.batches import batches_by_length, pad_right, padded_length


def test_batches_of_similar_length_fill_the_budget():
    lengths = np.array([3, 30, 8, 17, 9, 2])
    batches = [batch.tolist() for batch in batches_by_length(lengths, batch_tokens=48, longest=512)]
    # Widths 32, then 24, then 16 and 8: the longest first, each batch at most 48 tokens with its padding.
    assert batches == [[1], [3, 4], [2, 0, 5]]


@given(
    lengths=st.lists(st.integers(1, 40), max_size=50), budget=st.integers(1, 200), longest=st.integers(40, 64)
)
def test_every_sequence_is_in_one_batch_within_the_budget(lengths, budget, longest):
    batches = list(batches_by_length(np.array(lengths, dtype=int), budget, longest))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        width = padded_length(max(lengths[i] for i in batch), longest)
        assert len(batch) == 1 or width * len(batch) <= budget


def test_padding_goes_right_to_a_multiple_of_eight_within_the_models_limit():
    sequences = [np.array([5, 6, 7]), np.arange(1, 10)]
    ids, mask = pad_right(sequences, pad_id=99, longest=512)
    assert ids.shape == (2, 16)
    assert ids[0].tolist() == [5, 6, 7] + [99] * 13
    assert mask.sum(axis=1).tolist() == [3, 9]
    assert pad_right(sequences, pad_id=99, longest=10)[0].shape == (2, 10)
