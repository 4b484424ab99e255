from dataclasses import replace

import numpy as np
import pytest

from tesserec.recommenders.examples import Examples
from tesserec.recommenders.trees import (
    learn_trees,
    tree_contributions,
    tree_features,
    tree_scores,
    used_features,
)

from .blends import candidates_of


@pytest.fixture(scope="module")
def either() -> Examples:
    """The held-out item is the one that exactly one of two recommenders likes: no positive sum says so."""
    generator = np.random.default_rng(0)
    scores = np.tile([[0.0, 0, 0], [1, 1, 0], [1, 0, 0], [0, 0, 0]], (600, 1))
    scores[:, 2] = generator.random(len(scores))
    candidates = candidates_of(scores, [4] * 600)
    candidates.places[:] = 0
    relevant = np.tile([False, False, True, False], 600)
    return Examples(candidates, relevant, np.ones(600, int))


@pytest.fixture(scope="module")
def model(either) -> str:
    return learn_trees(either.candidates, either.relevant, np.zeros(len(either.relevant)), seed=0)


def test_learn_what_a_sum_cannot_say(either, model):
    assert either.ndcg(tree_scores(model, either.candidates)).mean() == 1
    for weights in ([1, 0, 0], [0, 1, 0], [1, 1, 0]):
        assert either.ndcg(either.candidates.scores @ np.array(weights)).mean() < 1


def test_start_from_a_score(either):
    """Where the start score is right already, there is nothing left to correct: the order stays."""
    start = either.relevant * 100.0
    model = learn_trees(either.candidates, either.relevant, start, seed=0)
    added = tree_scores(model, either.candidates)
    assert np.abs(added).max() < 1
    assert either.ndcg(start + added).mean() == 1


def test_contributions_sum_to_what_the_trees_add(either, model):
    parts = tree_contributions(model, either.candidates)
    assert parts.shape == (2400, 4)
    np.testing.assert_allclose(parts.sum(axis=1), tree_scores(model, either.candidates), atol=1e-6)


def test_contributions_go_to_the_recommenders_that_matter(either, model):
    mean = np.abs(tree_contributions(model, either.candidates)).mean(axis=0)
    assert min(mean[0], mean[1]) > 5 * mean[2]


def test_used_features_are_those_that_are_split_on(either, model):
    used = used_features(model)
    assert used.shape == (tree_features(either.candidates).shape[1],)
    assert used[0] and used[1]
    # Places and supports are constant here.
    assert not used[3:].any()


def test_the_seed_decides(either):
    start = np.zeros(len(either.relevant))
    once, again, other = (
        learn_trees(either.candidates, either.relevant, start, seed=seed) for seed in (1, 1, 2)
    )
    assert once == again
    assert once != other


@pytest.mark.parametrize(("sought", "leaves"), [(2_000, 16), (1_999, 8)])
def test_trees_are_larger_where_enough_people_look_for_enough_items(sought, leaves):
    people, generator = 2_100, np.random.default_rng(0)
    candidates = candidates_of(generator.random((people * 4, 3)), [4] * people)
    candidates.items[:] = np.arange(people * 4) % (sought * 4)
    relevant = np.tile([True, False, False, False], people)
    model = learn_trees(candidates, relevant, np.zeros(len(relevant)), seed=0)
    assert f"[num_leaves: {leaves}]" in model


def test_what_the_start_score_puts_far_behind_is_not_learned_from():
    generator = np.random.default_rng(0)
    candidates = candidates_of(generator.random((6_000, 3)), [120] * 50)
    relevant = np.tile(np.arange(120) == 7, 50)
    start = np.tile(-np.arange(120.0), 50)
    near = np.flatnonzero(np.tile(np.arange(120) < 100, 50))
    nearer = replace(candidates.take_rows(near), indptr=np.arange(51) * 100)
    model = learn_trees(candidates, relevant, start, seed=0)
    assert model == learn_trees(nearer, relevant[near], start[near], seed=0)
