import math

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.metrics import (
    coverage,
    diversity,
    gini_exposure,
    novelty,
    popularity,
    popularity_lift,
    serendipity,
)


class TestCoverage:
    def test_counts_candidates_only_and_missing_items_not(self):
        top = np.array([[0, 1], [1, -1], [9, -1]])
        assert coverage(top, np.array([0, 1, 2, 3])) == 0.5

    def test_lists_without_items_cover_nothing(self):
        assert coverage(np.full((3, 2), -1), np.arange(4)) == 0

    def test_without_candidates_it_is_unknown(self):
        assert math.isnan(coverage(np.array([[0]]), np.array([], int)))


class TestGini:
    def test_equal_exposure_is_zero(self):
        assert gini_exposure(np.array([[0, 1], [2, 3]]), np.arange(4)) == pytest.approx(0)

    def test_one_item_everywhere_is_one_minus_its_share_of_the_catalog(self):
        assert gini_exposure(np.zeros((5, 1), int), np.arange(4)) == pytest.approx(3 / 4)

    def test_without_any_listed_candidate_it_is_unknown(self):
        assert math.isnan(gini_exposure(np.array([[9, -1]]), np.arange(4)))


class TestNovelty:
    def test_known_popularity_in_bits(self):
        values = novelty(np.array([[0, 1], [1, -1]]), np.array([8, 2]), users=8)
        np.testing.assert_allclose(values, [(0 + 2) / 2, 2])

    def test_an_unseen_item_is_more_novel_than_any_other_and_finite(self):
        seen_once, unseen = novelty(np.array([[0], [1]]), np.array([1, 0]), users=7)
        assert seen_once == pytest.approx(math.log2(7))
        assert unseen == pytest.approx(math.log2(8))

    def test_an_empty_list_has_none(self):
        assert np.isnan(novelty(np.array([[-1, -1]]), np.array([1]), users=2)).all()


class TestDiversity:
    def test_twins_and_strangers(self):
        vectors = np.array([[1.0, 0], [2.0, 0], [0, 3.0], [-1.0, 0]])
        values = diversity(np.array([[0, 1], [0, 2], [0, 3]]), vectors)
        np.testing.assert_allclose(values, [0, 1, 2], atol=1e-12)

    def test_zero_vectors_and_missing_items_are_left_out(self):
        vectors = np.array([[1.0, 0], [0, 1.0], [0, 0]])
        values = diversity(np.array([[0, 2, 1], [0, 2, -1], [-1, -1, -1]]), vectors)
        assert values[0] == pytest.approx(1)
        assert np.isnan(values[1:]).all()


class TestPopularity:
    HOLDERS = np.array([8, 4, 0])

    def test_mean_share_of_people(self):
        values = popularity(np.array([[0, 1], [1, 2], [1, -1]]), self.HOLDERS, users=8)
        np.testing.assert_allclose(values, [0.75, 0.25, 0.5])

    def test_an_empty_list_has_none(self):
        assert np.isnan(popularity(np.array([[-1, -1]]), self.HOLDERS, users=8)).all()

    def test_the_lift_is_that_of_the_means(self):
        """Shown .5 and .1 where they have .1 and .1: three times as popular in the mean, so a lift of 2."""
        values = popularity_lift(np.array([0.5, 0.1]), np.array([0.1, 0.1]))
        np.testing.assert_allclose(values, [4, 0])
        listed, owned = np.array([0.3, 0.6, 0.2]), np.array([0.01, 0.5, 0.2])
        assert popularity_lift(listed, owned).mean() == pytest.approx(listed.mean() / owned.mean() - 1)

    def test_people_without_list_or_history_count_in_neither_mean(self):
        values = popularity_lift(np.array([0.4, np.nan, 0.9]), np.array([0.2, 0.8, np.nan]))
        np.testing.assert_allclose(values, [1, np.nan, np.nan])

    def test_without_any_history_it_is_unknown(self):
        assert np.isnan(popularity_lift(np.array([0.4]), np.array([np.nan]))).all()


class TestSerendipity:
    TARGETS = sp.csr_array(np.array([[1, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]))

    def test_hits_that_popularity_lists_too_do_not_count(self):
        lists = np.array([[0, 1, 2], [2, -1, -1], [0, 1, 2]])
        expected = np.array([[3, 0], [0, 1], [0, 1]])
        values = serendipity(lists, self.TARGETS, expected)
        np.testing.assert_allclose(values, [1 / 3, 1 / 3, np.nan])

    def test_the_expected_list_itself_has_none_and_an_empty_one_leaves_precision(self):
        lists = np.array([[0, 1, 3], [2, 0, 1], [0, 1, 2]])
        assert serendipity(lists, self.TARGETS, lists)[:2].tolist() == [0, 0]
        nothing = np.full((3, 3), -1)
        np.testing.assert_allclose(serendipity(lists, self.TARGETS, nothing)[:2], [1, 1 / 3])

    def test_lists_are_not_changed(self):
        lists = np.array([[0, 1], [2, 0], [0, 1]])
        serendipity(lists, self.TARGETS, lists.copy())
        assert lists.tolist() == [[0, 1], [2, 0], [0, 1]]
