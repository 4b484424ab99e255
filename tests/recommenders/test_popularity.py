import numpy as np

from tesserec.recommenders import Popularity

from .planted import people, training


def test_counts_people_not_weights_and_no_dislikes():
    profiles = people([[0, 1], [0, 2], [0, 2, 1]], 4, [[1, 9], [1, 1], [1, 1, 0]])
    scores = Popularity().fit(training(profiles)).score(profiles.take(np.array([1])))
    np.testing.assert_allclose(scores, [np.log1p([3, 1, 2, 0]) / np.log(4)], rtol=1e-6)


def test_an_event_counts_half_once_a_half_life_of_the_log_has_followed():
    """Item 0 is had by two people of long ago, item 1 by one person of today."""
    profiles = people([[0], [0], [1]], 2, recency=[0.5, 0.75, 0.0])
    decayed = Popularity(half_life=0.25).fit(training(profiles)).score(profiles)[0]
    np.testing.assert_allclose(decayed, np.log1p([1 / 4 + 1 / 8, 1]) / np.log(2), rtol=1e-6)
    assert Popularity().fit(training(profiles)).score(profiles)[0].argmax() == 0


def test_without_an_order_nothing_decays():
    profiles = people([[0], [0], [1]], 2, recency=[0.5, 0.75, 0.0], ordered=False)
    scores = Popularity(half_life=0.01).fit(training(profiles)).score(profiles)
    np.testing.assert_allclose(scores, Popularity().fit(training(profiles)).score(profiles))
