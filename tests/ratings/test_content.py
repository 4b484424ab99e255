import numpy as np
import scipy.sparse as sp

from tesserec.ratings.content import ItemContent, scale_blocks, spread_numbers


def test_blocks_weigh_the_same_and_absent_content_stays_empty():
    dense = np.array([[10.0, 0.0], [0.0, 10.0], [0.0, 0.0]])
    sparse = sp.csr_matrix(np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0]]))
    first, second = scale_blocks({"a": dense, "b": sparse})
    assert not first[2:].any()
    assert second[[1, 3]].nnz == 0
    np.testing.assert_allclose([(first**2).sum() / 2, second.multiply(second).sum() / 2], [1, 1], rtol=1e-6)


def test_numbers_are_spread_over_their_two_nearest_knots():
    numbers = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
    np.testing.assert_allclose(spread_numbers(numbers), np.eye(6), atol=1e-6)
    between = spread_numbers(np.array([[0.0], [2.0], [4.0], [6.0], [8.0], [10.0], [5.0]]))[-1]
    assert between.sum() == 1
    assert (between > 0).sum() <= 2


def test_a_linear_model_of_spread_numbers_prefers_the_middle():
    """A hump that no straight line has: only quantities are spread, and only under their own name."""
    numbers = np.linspace(-1, 1, 41)[:, None]
    hump = 1 - numbers[:, 0] ** 2
    items = np.array([f"i{k}" for k in range(41)])
    errors = {}
    for name in ("numbers", "other"):
        features = ItemContent.of(items, {name: numbers}).features[:-1].toarray()
        table = np.hstack([features, np.ones((41, 1))])
        fitted = table @ np.linalg.lstsq(table, hump, rcond=None)[0]
        errors[name] = np.abs(fitted - hump).max()
    assert errors["numbers"] < 0.1 < errors["other"]


def test_content_without_blocks_or_variation_is_empty():
    items = np.array(["a", "b"])
    assert ItemContent.of(items, {}).features.shape == (3, 0)
    constant = ItemContent.of(items, {"numbers": np.full((2, 1), 7.0)})
    assert constant.features.nnz == 0


def test_unit_rows_have_length_one_over_all_blocks():
    rng = np.random.default_rng(0)
    content = ItemContent.of(np.array(list("abcd")), {"x": rng.normal(size=(4, 3)), "y": sp.eye_array(4)})
    lengths = sum(
        np.asarray(abs(part).power(2).sum(axis=1) if sp.issparse(part) else (part**2).sum(axis=1)).ravel()
        for part in content.unit
    )
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 0], rtol=1e-5)
