import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.recommenders.content_popularity import ContentPopularity

from .planted import people, training, world

NOBODY = people([[]], 8)


def stars(**changes):
    """Items with feature 0 are liked by eight, those with feature 1 by one; items 6 and 7 are new."""
    features = np.eye(2, dtype=np.float32)[[0, 0, 0, 1, 1, 1, 0, 1]]
    histories = [[0, 1, 2]] * 7 + [[0, 1, 2, 3, 4, 5]]
    return training(people(histories, 8, **changes), fused=features)


def test_a_new_item_is_expected_to_do_as_items_like_it_did():
    scores = ContentPopularity(regularization=0.01).fit(stars()).score(NOBODY)[0]
    assert scores.argsort()[[0, -1]].tolist() != [6, 7]
    assert scores[6] == pytest.approx(scores[0])
    assert scores[7] == pytest.approx(scores[3])
    assert scores[6] > scores[7]


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array], ids=["dense", "sparse"])
def test_equals_the_normal_equations(kind):
    data = world()
    dense = np.abs(data.items.blocks["text"]).astype(np.float32)
    liked = data.profiles.liked()
    counts = np.bincount(liked.items, minlength=16)
    known = counts > 0
    assert not known.all()
    centre, target = dense[known].mean(axis=0), np.log1p(counts[known])
    inner = (dense[known] - centre).astype(float)
    slope = np.linalg.solve(inner.T @ inner + 3 * np.eye(6), inner.T @ (target - target.mean()))
    expected = (dense - centre) @ slope
    expected = (expected - expected.min()) / np.ptp(expected)
    data.items.blocks["words"] = kind(dense)
    model = ContentPopularity(block="words", regularization=3).fit(data)
    np.testing.assert_allclose(model.score(data.profiles)[3], expected, rtol=1e-3, atol=1e-3)


def test_an_item_of_which_nothing_is_known_is_expected_to_be_average():
    data = stars()
    data.items.blocks["fused"] = np.array([[2, 2, 2, 1, 1, 1, 2, 0]], dtype=np.float32).T
    scores = ContentPopularity(regularization=0.01).fit(data).score(NOBODY)[0]
    assert scores[7] == pytest.approx(scores[:6].mean(), abs=0.01)


def test_a_dislike_makes_nothing_popular():
    weights = [[1, 1, 1]] * 7 + [[1, 1, 1, 0, 0, 0]]
    scores = ContentPopularity().fit(stars(weights=weights)).score(NOBODY)[0]
    assert np.ptp(scores) == pytest.approx(0, abs=1e-6)


def test_without_any_like_nothing_is_expected():
    data = training(people([[0, 1]], 2, [[0, 0]]), fused=np.eye(2, dtype=np.float32))
    assert not ContentPopularity().fit(data).score(data.profiles).any()


def test_sits_out_without_the_block():
    assert not ContentPopularity(block="reviews").applies_to(world())
