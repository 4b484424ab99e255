import numpy as np
import pytest
import torch

from tesserec.neural import serving
from tesserec.neural.serving import best_scores, dense_scores
from tesserec.neural.validation import hold_out_last, ndcg_of

from .test_batches import events_of


@pytest.mark.parametrize("block", [4, 7, 100])
def test_best_scores_are_the_best_of_the_dense_ones(block, monkeypatch):
    monkeypatch.setattr(serving, "ITEM_BLOCK", block)
    torch.manual_seed(0)
    states, vectors, biases = torch.randn(3, 4), torch.randn(20, 4), torch.randn(20)
    dense = dense_scores(states, vectors, biases)
    best = best_scores(states, vectors, biases, depth=5).toarray()
    assert ((best > 0).sum(axis=1) == 5).all()
    for user in range(3):
        order = np.argsort(-dense[user])
        expected = dense[user, order[:5]] - dense[user, order[5]]
        np.testing.assert_allclose(best[user, order[:5]], expected, atol=1e-5)
    among = np.array([3, 4, 7, 11, 12, 19])
    some = best_scores(states, vectors, biases, depth=5, among=among).toarray()
    for user in range(3):
        order = among[np.argsort(-dense[user, among])]
        expected = dense[user, order[:5]] - dense[user, order[5]]
        np.testing.assert_allclose(some[user, order[:5]], expected, atol=1e-5)
        assert np.count_nonzero(some[user]) == 5


def test_hold_out_last_takes_the_newest_of_those_who_have_more_than_one():
    events = events_of([[1, 2, 3], [4], [5, 6], []] + [list(range(20))] * 2)
    rest, task = hold_out_last(events, 2, np.random.default_rng(0))
    assert len(rest.items) == len(events.items) - 2
    assert len(task.targets) == 2
    for held, target in zip(range(2), task.targets, strict=True):
        history = task.events.items[task.events.indptr[held] : task.events.indptr[held + 1]]
        assert [*history, target] in ([1, 2, 3], [5, 6], list(range(20)))


def test_ndcg_of_ranks():
    np.testing.assert_allclose(ndcg_of(torch.tensor([1, 3, 10, 11])), [1, 0.5, 1 / np.log2(11), 0])
