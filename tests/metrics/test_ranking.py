import math

import numpy as np
import pytest
from scipy import sparse

from tesserec.metrics import auc, ranking_metrics


def relevance(sets, items):
    matrix = sparse.lil_matrix((len(sets), items))
    for user, chosen in enumerate(sets):
        matrix[user, list(chosen)] = 1
    return matrix.tocsr()


class TestHandWorked:
    def test_two_of_three_relevant_items_found(self):
        top = np.array([[4, 0, 2, 1, 3]])
        metrics = ranking_metrics(top, relevance([{0, 1, 7}], 8), [5])
        # hits at ranks 2 and 4
        assert metrics["ndcg@5"] == pytest.approx(
            (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 0.5)
        )
        assert metrics["recall@5"] == pytest.approx(2 / 3)
        assert metrics["precision@5"] == pytest.approx(2 / 5)
        assert metrics["hit_rate@5"] == 1
        assert metrics["mrr@5"] == pytest.approx(1 / 2)
        assert metrics["map@5"] == pytest.approx((1 / 2 + 2 / 4) / 3)

    def test_a_perfect_list_is_one_though_more_is_relevant_than_fits(self):
        metrics = ranking_metrics(np.array([[2, 1]]), relevance([{0, 1, 2, 3}], 4), [2])
        assert metrics["ndcg@2"] == metrics["precision@2"] == 1
        assert metrics["recall@2"] == 0.5  # truncated recall would say 1
        assert metrics["map@2"] == 0.5

    def test_a_hit_counts_from_its_rank_on(self):
        metrics = ranking_metrics(np.array([[5, 6, 0]]), relevance([{0}], 7), [2, 3])
        assert (metrics["hit_rate@2"], metrics["hit_rate@3"]) == (0, 1)

    def test_a_short_list_is_measured_as_if_filled_with_misses(self):
        short = ranking_metrics(np.array([[0, -1, -1]]), relevance([{0, 3}], 5), [3])
        filled = ranking_metrics(np.array([[0, 1, 2]]), relevance([{0, 3}], 5), [3])
        assert short == filled

    def test_the_last_item_of_one_user_is_not_the_missing_item_of_the_next(self):
        metrics = ranking_metrics(np.array([[0], [-1]]), relevance([{4}, {0}], 5), [1])
        np.testing.assert_array_equal(metrics["hit_rate@1"], [0, 0])

    def test_a_user_without_targets_has_no_metric(self):
        metrics = ranking_metrics(np.array([[0, 1], [0, 1]]), relevance([set(), {0}], 3), [1, 2])
        assert len(metrics) == 12
        for name, values in metrics.items():
            assert np.isnan(values[0]), name
            assert np.isfinite(values[1]), name

    def test_an_explicit_zero_is_not_relevant(self):
        targets = sparse.csr_matrix((np.array([0.0, 2.0]), ([0, 0], [0, 1])), shape=(1, 3))
        assert ranking_metrics(np.array([[1]]), targets, [1])["recall@1"] == 1
        assert targets.nnz == 2, "the argument is left as it was"

    def test_no_users(self):
        assert ranking_metrics(np.empty((0, 3), int), sparse.csr_matrix((0, 5)), [3])["ndcg@3"].shape == (0,)


class TestRefusals:
    @pytest.mark.parametrize("k", [0, 3])
    def test_a_k_that_the_lists_cannot_answer(self, k):
        with pytest.raises(ValueError, match=f"k={k} is outside 1..2"):
            ranking_metrics(np.array([[0, 1]]), relevance([{0}], 3), [k])

    def test_an_item_twice(self):
        with pytest.raises(ValueError, match="twice"):
            ranking_metrics(np.array([[1, 0, 1]]), relevance([{1}], 3), [3])

    @pytest.mark.parametrize("position", [-2, 3])
    def test_an_item_that_does_not_exist(self, position):
        with pytest.raises(ValueError, match="between -1 and 2"):
            ranking_metrics(np.array([[position]]), relevance([{1}], 3), [1])

    def test_another_number_of_users(self):
        with pytest.raises(ValueError, match="1 lists for 2 users"):
            ranking_metrics(np.array([[0]]), relevance([{1}, {0}], 3), [1])


class TestAuc:
    def test_ties_count_half(self):
        scores = np.array([[3.0, 2.0, 2.0, 1.0]])
        # the relevant item beats one, ties one, loses to one
        assert auc(scores, relevance([{1}], 4), np.ones((1, 4), bool)) == pytest.approx(0.5)

    def test_constant_scores_are_a_coin_toss(self):
        assert auc(np.zeros((1, 30)), relevance([set(range(20))], 30), np.ones((1, 30), bool)) == 0.5

    def test_invalid_items_are_on_neither_side(self):
        scores = np.array([[5.0, 4.0, 3.0, 9.0]])
        valid = np.array([[False, True, True, False]])
        assert auc(scores, relevance([{1, 3}], 4), valid) == 1

    def test_one_sided_users_have_none(self):
        scores = np.ones((3, 2))
        valid = np.array([[True, True], [True, True], [False, True]])
        assert np.isnan(auc(scores, relevance([set(), {0, 1}, {0}], 2), valid)).all()

    def test_minus_infinity_is_a_score_and_nan_is_not(self):
        valid = np.ones((1, 3), bool)
        assert auc(np.array([[0.0, -np.inf, -np.inf]]), relevance([{0}], 3), valid) == 1
        with pytest.raises(ValueError, match="NaN"):
            auc(np.array([[0.0, np.nan, 1.0]]), relevance([{0}], 3), valid)
