import math

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.metrics import calibration, category_mix

# Items 0 and 1 are of the first category, 2 of the second, 3 of both, 4 of none.
CATEGORIES = sp.csr_array(np.array([[1, 0], [1, 0], [0, 1], [1, 1], [0, 0]]))


def mix(*histories: list[int]) -> sp.csr_array:
    chosen = np.zeros((len(histories), 5))
    for user, items in enumerate(histories):
        chosen[user, items] = 2.5  # any weight above 0 counts the same
    return category_mix(sp.csr_array(chosen), CATEGORIES)


def by_hand(top_items, histories, categories) -> list[float]:
    """The paper's formula, item by item and category by category."""
    values = []
    for listed, history in zip(top_items, histories, strict=True):
        shares = []
        for items in (history, [item for item in listed if item >= 0]):
            parts = [categories[item] / categories[item].sum() for item in items if categories[item].any()]
            shares.append(np.mean(parts, axis=0) if parts else None)
        if shares[0] is None or shares[1] is None:
            values.append(np.nan)
            continue
        terms = zip(*shares, strict=True)
        values.append(sum(p * math.log(p / (0.99 * q + 0.01 * p)) for p, q in terms if p > 0))
    return values


class TestMix:
    def test_an_item_of_two_categories_counts_half_in_each(self):
        np.testing.assert_allclose(mix([0, 1, 3]).toarray(), [[2.5 / 3, 0.5 / 3]])

    def test_items_without_categories_count_nowhere(self):
        np.testing.assert_allclose(mix([2, 4], [4], []).toarray(), [[0, 1], [0, 0], [0, 0]])


class TestCalibration:
    def test_the_same_mix_is_calibrated(self):
        values = calibration(np.array([[1, 2], [3, 4]]), mix([0, 2], [3]), CATEGORIES)
        np.testing.assert_allclose(values, [0, 0], atol=1e-12)

    def test_no_category_in_common_costs_the_logarithm_of_a_hundred(self):
        assert calibration(np.array([[2, -1]]), mix([0]), CATEGORIES) == pytest.approx([math.log(100)])

    def test_half_a_mix_by_hand(self):
        value = calibration(np.array([[0, 1]]), mix([0, 2]), CATEGORIES)
        expected = 0.5 * math.log(0.5 / (0.99 + 0.005)) + 0.5 * math.log(0.5 / 0.005)
        assert value == pytest.approx([expected])

    def test_unknown_without_a_history_or_a_list_that_has_categories(self):
        lists = np.array([[0, 1], [4, -1], [-1, -1], [0, 1]])
        values = calibration(lists, mix([], [0], [0], [4]), CATEGORIES)
        assert np.isnan(values).all()

    def test_agrees_with_the_formula_on_random_lists(self):
        generator = np.random.default_rng(5)
        categories = (generator.random((40, 7)) < 0.25).astype(float)
        histories = [generator.permutation(40)[: generator.integers(0, 9)] for _ in range(60)]
        lists = np.argsort(generator.random((60, 40)), axis=1)[:, :6]
        lists[generator.random(lists.shape) < 0.2] = -1
        chosen = np.zeros((60, 40))
        for user, items in enumerate(histories):
            chosen[user, items] = 1
        members = sp.csr_array(categories)
        values = calibration(lists, category_mix(sp.csr_array(chosen), members), members)
        expected = by_hand(lists, histories, categories)
        np.testing.assert_allclose(values, expected)
        assert 0 < np.isnan(values).sum() < 30
