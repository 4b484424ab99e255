import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import Ridge

from tesserec.recommenders import FeatureRegression, regression, sparsity

from .planted import people, training, world


@pytest.mark.parametrize("block", ["demographics", "text"])
def test_equals_ridge_regression_on_people_with_a_history(block):
    data = world()
    liked = data.profiles.matrix().toarray()
    features = sp.csr_array(data.profiles.blocks[block]).toarray()
    active = liked.any(axis=1)
    ridge = Ridge(alpha=3, fit_intercept=False).fit(features[active], liked[active])
    scores = FeatureRegression(block=block, regularization=3).fit(data).score(data.profiles)
    np.testing.assert_allclose(scores, ridge.predict(features), atol=1e-4)


def test_groups_get_their_own_popularity_shrunk_by_size():
    """One group of four people has item 0, one of one person item 1, a newcomer belongs to the first."""
    group = sp.csr_array(np.eye(2, dtype=np.float32)[[0, 0, 0, 0, 1, 0]])
    profiles = people([[0], [0], [0, 2], [0], [1], []], 3, demographics=group)
    scores = FeatureRegression(regularization=1).fit(training(profiles)).score(profiles)
    np.testing.assert_allclose(scores[5], [4 / 5, 0, 1 / 5], atol=1e-6)
    np.testing.assert_allclose(scores[4], [0, 1 / 2, 0], atol=1e-6)


@pytest.mark.parametrize("block", ["demographics", "text"])
@pytest.mark.parametrize("entries", [20, 10_000])
def test_of_a_large_catalogue_the_strongest_weights_are_kept(block, entries, monkeypatch):
    data = world()
    full = FeatureRegression(block=block, regularization=3).fit(data)
    for module in (regression, sparsity):
        monkeypatch.setattr(module, "DENSE_ITEMS", 10)
    monkeypatch.setattr(sparsity, "ENTRIES", entries)
    whole = FeatureRegression(block=block, regularization=3, depth=16).fit(data).score(data.profiles)
    assert isinstance(whole, sp.csr_array)
    np.testing.assert_allclose(whole.toarray(), full.score(data.profiles), atol=1e-5)
    strongest = FeatureRegression(block=block, regularization=3, depth=3).fit(data).learned["weights"]
    weights = full.learned["weights"]
    expected = np.where(sparsity.keep_largest(np.abs(weights), 3).toarray() > 0, weights, 0)
    np.testing.assert_allclose(strongest.toarray(), expected, atol=1e-6)


def test_sits_out_without_the_block():
    assert not FeatureRegression(block="relations").applies_to(world())
