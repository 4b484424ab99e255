import numpy as np
import pytest
import torch

from tesserec.neural.kinds import EventKinds, KindMarks

NAMES = ("cart", "purchase", "view")
BITS = np.array([0b001, 0b110, 0b100, 0b010, 0b100])
WEIGHTS = np.array([0.0, 3, 1, 2, 1])


def told_apart() -> EventKinds:
    return EventKinds.fit(BITS, WEIGHTS, NAMES)


class TestEventKinds:
    def test_kinds_of_liked_entries_with_their_shares(self):
        """The one event in a cart belongs to a dislike."""
        kinds = told_apart()
        assert kinds.names == ("purchase", "view")
        np.testing.assert_allclose(kinds.shares, [2 / 4, 3 / 4])

    @pytest.mark.parametrize("bits", [[4, 4, 4, 4, 4], [1, 6, 6, 6, 6], [0, 0, 0, 0, 0]])
    def test_where_all_liked_entries_are_alike_there_is_nothing_to_tell_apart(self, bits):
        assert EventKinds.fit(np.array(bits), WEIGHTS, NAMES).names == ()

    def test_no_entries_at_all(self):
        assert EventKinds.fit(BITS[:0], WEIGHTS[:0], ()).names == ()

    def test_kinds_are_matched_by_name(self):
        assert told_apart().read(BITS, NAMES).tolist() == [0b00, 0b11, 0b10, 0b01, 0b10]
        others = ("purchase", "share")
        assert told_apart().read(np.array([0b01, 0b10, 0b11]), others).tolist() == [0b01, 0, 0b01]

    def test_weights_are_multiples_of_the_average(self):
        """A purchase counts 4 times a view; the geometric mean of the entries is 1."""
        weights = EventKinds(("purchase", "view"), np.array([0.5, 0.5])).weights(np.log([8.0, 2.0]))
        assert weights == pytest.approx({"purchase": 2, "view": 0.5})

    def test_arrays_give_them_back(self):
        again = EventKinds.from_arrays({"other": np.zeros(3), **told_apart().arrays()})
        assert again.names == ("purchase", "view")
        np.testing.assert_array_equal(again.shares, told_apart().shares)


def test_marks_are_centred_and_nothing_known_is_the_average():
    marks = KindMarks(torch.tensor([0.5, 0.75]))(torch.tensor([[0b01, 0b11, 0]]))
    assert marks.tolist() == [[[0.5, -0.75], [0.5, 0.25], [0, 0]]]
