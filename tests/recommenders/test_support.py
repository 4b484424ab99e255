import numpy as np

from tesserec.recommenders.support import Support
from tesserec.state import load_state, save_state

from .planted import people, training, world


def test_by_hand():
    """Item 0 is held by two of three, once long ago; item 1 by one; item 2 by nobody, and it has no text."""
    text = np.array([[1, 0], [0, 1], [0, 0]], np.float32)
    profiles = people([[0], [0, 1], []], 3, recency=[0.9, 0.1, 0.4])
    support = Support.of(training(profiles, text=text))
    expected = [[1, 0.9, 1], [np.log(2) / np.log(3), 0.4, 1], [0, 0, 0]]
    np.testing.assert_allclose(support.items, expected, rtol=1e-6)
    at = support.at(profiles, np.array([1, 0, 2]), np.array([0, 1, 2]))
    np.testing.assert_allclose(at[:, 0], [1, np.log(2) / np.log(3), 0], rtol=1e-6)
    np.testing.assert_allclose(at[:, 1:], expected, rtol=1e-6)


def test_longer_histories_than_in_training_are_fully_known():
    support = Support.of(training(people([[0, 1]], 4)))
    assert support.at(people([[0, 1, 2, 3]], 4), np.array([0]), np.array([0]))[0, 0] == 1


def test_dislikes_are_no_support():
    support = Support.of(training(people([[0, 1]], 2, [[1, 0]])))
    assert support.items[:, 0].tolist() == [np.float32(np.log(2)), 0]
    assert support.longest == 1


def test_without_anything_nothing_is_known():
    support = Support.of(training(people([[], []], 3)))
    assert not support.items.any()
    assert not support.at(people([[]], 3), np.array([0]), np.array([2])).any()


def test_a_folder_gives_it_back(tmp_path):
    support = Support.of(world())
    save_state(support, tmp_path / "support")
    loaded = load_state(Support, tmp_path / "support")
    np.testing.assert_array_equal(loaded.items, support.items)
    assert loaded.longest == support.longest
