import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.evaluation import Background
from tesserec.evaluation.groups import Groups
from tesserec.evaluation.held_out import HeldOut

from ..recommenders.planted import people, training

# Four people have been seen; item 0 is had by three of them, 1 by two, 2 by one, 3 and 4 by nobody.
DATA = training(people([[0, 1], [0], [0, 1, 2], [], [1]], 5, weights=[[1, 1], [1], [1, 0, 1], [], [0]]))
TASK = HeldOut(
    DATA.profiles.take(np.array([0, 2, 3, 4])),
    sp.csr_array(np.array([[0, 0, 1, 1, 0], [0, 0, 0, 1, 1], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]])),
    np.arange(5),
)
CATEGORIES = Groups(np.array(["a", "b"]), sp.csr_array(np.array([[1, 0], [0, 1], [0, 1], [1, 0], [0, 0]])))
POPULAR = np.array([[2, 3], [3, 4], [0, 1], [0, 2]])
LISTS = np.array([[2, 3], [3, -1], [0, 1], [0, 4]])


@pytest.fixture
def found() -> dict[str, np.ndarray]:
    return Background.of(TASK, DATA, CATEGORIES, POPULAR).of_lists(LISTS)


def test_popularity_counts_people_who_have_an_item_disliked_or_not(found):
    np.testing.assert_allclose(found["popularity@2"], [(1 / 4) / 2, 0, (3 / 4 + 3 / 4) / 2, (3 / 4) / 2])


def test_the_lift_is_over_what_a_person_likes(found):
    """The first likes items 0 and 1, the second 0 and 2; the third has nothing, the fourth only a dislike."""
    owned = np.array([(3 / 4 + 3 / 4) / 2, (3 / 4 + 1 / 4) / 2])
    listed = found["popularity@2"][:2]
    np.testing.assert_allclose(found["popularity_lift@2"][:2], (listed - owned) / owned.mean())
    assert np.isnan(found["popularity_lift@2"][2:]).all()


def test_calibration_is_against_what_a_person_likes(found):
    same_mix = 0.0
    only_a = 0.5 * np.log(0.5 / (0.99 + 0.005)) + 0.5 * np.log(0.5 / 0.005)
    np.testing.assert_allclose(found["calibration@2"], [same_mix, only_a, np.nan, np.nan], atol=1e-12)


def test_serendipity_leaves_out_what_popularity_lists_of_items_that_anybody_has(found):
    """Items 3 and 4 stand in lists of popularity by chance alone: nobody has them."""
    np.testing.assert_allclose(found["serendipity@2"], [1 / 2, 1 / 2, 0, 0])


def test_what_is_not_known_is_left_out():
    found = Background.of(TASK, DATA, None, None).of_lists(LISTS)
    assert set(found) == {"novelty@2", "popularity@2", "popularity_lift@2"}


def test_the_catalogue():
    found = Background.of(TASK, DATA, None, None).of_catalogue(LISTS)
    assert found["coverage@2"] == 1
    assert set(found) == {"coverage@2", "gini@2"}
