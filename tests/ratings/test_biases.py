import numpy as np
import scipy.sparse as sp

from tesserec.ratings.biases import HeldOutRatings, Ratings, Shrinkage, choose_shrinkage, fit_biases

USERS, ITEMS = 80, 60


def planted(rng, share=0.5, noise=0.1):
    features = rng.normal(size=(ITEMS, 3))
    user, item = rng.normal(size=USERS), features @ [0.8, -0.5, 0.3] + rng.normal(size=ITEMS) * 0.1
    users, items = np.nonzero(rng.random((USERS, ITEMS)) < share)
    values = 3 + user[users] + item[items] + rng.normal(size=len(users)) * noise
    return Ratings(users, items, values, USERS, ITEMS), sp.csr_matrix(features), user, item


def test_planted_biases_are_recovered():
    ratings, _, user, item = planted(np.random.default_rng(0))
    biases = fit_biases(ratings, sp.csr_matrix((ITEMS, 0)), Shrinkage(user=0.1, item=0.1))
    assert np.corrcoef(biases.user, user)[0, 1] > 0.99
    assert np.corrcoef(biases.item, item)[0, 1] > 0.99
    assert np.abs(biases.predict(ratings.users, ratings.items) - ratings.values).mean() < 0.15


def test_content_gives_items_without_ratings_their_bias():
    ratings, features, _, item = planted(np.random.default_rng(1))
    rated = ratings.items < 45
    seen = Ratings(ratings.users[rated], ratings.items[rated], ratings.values[rated], USERS, ITEMS)
    biases = fit_biases(seen, features, Shrinkage(content=0.1))
    assert np.corrcoef(biases.item[45:], item[45:])[0, 1] > 0.98
    without = fit_biases(seen, sp.csr_matrix((ITEMS, 0)), Shrinkage())
    assert (without.item[45:] == 0).all()


def test_one_rating_by_hand():
    ratings = Ratings(np.array([0, 1]), np.array([0, 1]), np.array([1.0, 3.0]), 2, 2)
    huge = Shrinkage(user=1e9, item=1.0)
    biases = fit_biases(ratings, sp.csr_matrix((2, 0)), huge)
    np.testing.assert_allclose(biases.item, [-0.5, 0.5], atol=1e-6)
    assert biases.mean == 2


def test_constant_ratings_have_no_biases():
    ratings = Ratings(np.array([0, 1, 1]), np.array([0, 0, 1]), np.full(3, 4.0), 2, 2)
    biases = fit_biases(ratings, sp.csr_matrix((2, 0)), Shrinkage())
    assert biases.mean == 4
    assert not biases.user.any()
    assert not biases.item.any()


def test_noise_asks_for_more_shrinkage():
    chosen = []
    for noise in (0.05, 8.0):
        ratings, features, user, item = planted(np.random.default_rng(2), share=0.15, noise=noise)
        users, items = np.divmod(np.arange(USERS * ITEMS), ITEMS)
        truth = 3 + user[users] + item[items]
        chosen.append(choose_shrinkage([HeldOutRatings(ratings, users, items, truth)], features))
    assert chosen[0].user < chosen[1].user
    assert choose_shrinkage([], features) == Shrinkage()


def test_content_speaks_less_the_more_ratings_an_item_has():
    """`g + n / (n + λ) (m - g)` with planted g = ±1: ratings say 0 for the first two items."""
    kinds = np.array([1.0] * 20 + [-1.0] * 20)
    rated = np.repeat(np.arange(2, 40), 50)
    items = np.concatenate([np.zeros(100, int), np.ones(1, int), rated])
    values = np.concatenate([np.zeros(101), kinds[rated]])
    ratings = Ratings(np.arange(len(items)) % 500, items, values, 500, 40)
    item = fit_biases(ratings, sp.csr_matrix(kinds[:, None]), Shrinkage(user=1e9, item=5, content=0.01)).item
    np.testing.assert_allclose(item[[0, 1]], [5 / 105, 5 / 6], atol=0.12)
    assert item[0] < 0.2
    assert item[1] > 0.6
