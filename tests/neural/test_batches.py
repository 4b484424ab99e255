import numpy as np
import pytest

from tesserec.neural.batches import PAD, draw_batches, pad_batch, windows_of
from tesserec.neural.events import Events, fixed_order, read_events, strength_scale

from ..recommenders.planted import people


def events_of(histories, weights=None, history_scale=(0.0, 1.0)) -> Events:
    kinds = [item + 1 for history in histories for item in history]  # so that items and kinds can be compared
    profiles = people(histories, 20, weights, kinds=kinds)
    return read(profiles, np.arange(len(histories), dtype=np.float32)[:, None], history_scale)


def read(profiles, features, scale) -> Events:
    return read_events(profiles.indptr, profiles.items, profiles.weights, profiles.kinds, features, scale)


class TestEvents:
    def test_dislikes_stand_apart_at_their_place(self):
        events = events_of([[1, 2, 3, 4], [5], [6, 7]], [[1, 0, 1, 0], [0], [1, 1]])
        assert events.items.tolist() == [1, 3, 6, 7]
        assert events.kinds.tolist() == [2, 4, 7, 8]
        assert events.indptr.tolist() == [0, 2, 2, 4]
        assert events.disliked.tolist() == [2, 4, 5]
        assert events.disliked_after.tolist() == [1, 2, 0]
        assert events.dislike_indptr.tolist() == [0, 2, 3, 3]

    def test_strengths_are_standardised_logarithms(self):
        profiles = people([[0, 1], [2, 3]], 4, [[1, 3], [1, 0]])
        scale = strength_scale(profiles.weights)
        logs = np.log1p([1, 3, 1])
        assert np.allclose(scale, (logs.mean(), logs.std()))
        strengths = read(profiles, np.zeros((2, 0), np.float32), scale).strengths
        np.testing.assert_allclose(strengths, (logs - logs.mean()) / logs.std(), rtol=1e-5)

    @pytest.mark.parametrize("histories", [[[0, 1], [2]], [[], []]])
    def test_equal_weights_have_no_strength(self, histories):
        profiles = people(histories, 4)
        centre, spread = strength_scale(profiles.weights)
        assert spread == 1
        assert not read(profiles, np.zeros((2, 0), np.float32), (centre, spread)).strengths.any()

    def test_without_and_take(self):
        events = events_of([[1, 2], [], [3, 4, 5]]).without(np.array([1, 4]))
        assert events.indptr.tolist() == [0, 1, 1, 3]
        assert events.items.tolist() == [1, 3, 4]
        assert events.kinds.tolist() == [2, 4, 5]
        taken = events.take(np.array([2, 1]))
        assert taken.items.tolist() == [3, 4]
        assert taken.kinds.tolist() == [4, 5]
        assert taken.indptr.tolist() == [0, 2, 2]
        assert taken.people.tolist() == [[2], [1]]


def test_the_fixed_order_does_not_depend_on_the_order_of_the_table():
    profiles = people([[3, 1], [], [2], [1, 3]], 4)
    shuffled = profiles.take(np.array([2, 0, 3, 1]))
    first, second = (table.take(fixed_order(table.indptr, table.items)) for table in (profiles, shuffled))
    assert first.items.tolist() == second.items.tolist()
    assert first.indptr.tolist() == second.indptr.tolist()
    assert fixed_order(shuffled.indptr, shuffled.items).tolist() != [0, 1, 2, 3]


class TestWindows:
    def test_windows_count_from_the_end(self):
        events = events_of([[0, 1, 2, 3, 4], [], [5, 6]])
        assert sorted(map(tuple, windows_of(events, 2))) == [(0, 0, 1), (0, 1, 3), (0, 3, 5), (2, 5, 7)]

    def test_every_item_is_in_one_batch_and_batches_keep_to_the_budget(self):
        generator = np.random.default_rng(0)
        events = events_of([list(range(n)) for n in generator.integers(0, 20, 50)])
        windows = windows_of(events, 8)
        batches = list(draw_batches(events, windows, 24, generator, shuffle=False))
        assert sum(int((batch.items != PAD).sum()) for batch in batches) == len(events.items)
        assert all(batch.items.numel() <= 24 for batch in batches)
        assert len({tuple(batch.items.shape) for batch in batches}) > 1

    def test_order_is_kept_or_shuffled_within_a_window(self):
        events = events_of([list(range(12))] * 3)
        windows = windows_of(events, 12)
        kept, shuffled = (
            next(draw_batches(events, windows, 99, np.random.default_rng(0), shuffle=shuffle))
            for shuffle in (False, True)
        )
        assert (shuffled.kinds == shuffled.items + 1).all()
        kept, shuffled = kept.items, shuffled.items
        assert kept.tolist() == [list(range(12))] * 3
        assert shuffled.tolist() != kept.tolist()
        assert shuffled.sort(dim=1).values.tolist() == kept.tolist()

    def test_padding_stands_at_the_end(self):
        events = events_of([[1, 2, 3], [4]])
        batch = pad_batch(events, np.array([[0, 0, 3], [1, 3, 4]]))
        assert batch.items.tolist() == [[1, 2, 3], [4, PAD, PAD]]
        assert batch.kinds.tolist() == [[2, 3, 4], [5, 0, 0]]
        assert batch.people.tolist() == [[0], [1]]

    def test_dislikes_belong_to_the_window_in_which_they_happened(self):
        weights = [[1, 0, 1, 1, 0], [0, 1, 1, 1, 1]]
        events = events_of([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], weights)
        batch = pad_batch(events, np.array([[0, 0, 1], [0, 1, 3], [1, 3, 5], [1, 5, 7]]))
        real = batch.disliked != PAD
        # Item 2 was disliked after the first item: that is the beginning of the second window.
        assert [row[keep].tolist() for row, keep in zip(batch.disliked, real, strict=True)] == [
            [],
            [2, 5],
            [6],
            [],
        ]
        after = [row[keep].tolist() for row, keep in zip(batch.disliked_after, real, strict=True)]
        assert after == [[], [0, 2], [0], []]
