import numpy as np
import pytest

from tesserec.recommenders import content_regression
from tesserec.recommenders.content_regression import ContentRegression
from tesserec.recommenders.stacking import stack_blocks

from .planted import people, training, weights_table, world


def complements():
    """Four kinds of items; who has a 0 has a 1, who has a 2 has a 3, and nobody has two of one kind."""
    generator = np.random.default_rng(0)
    kind = np.arange(40) % 4
    features = 3 * np.eye(4, dtype=np.float32)[kind] + generator.normal(0, 0.1, (40, 4)).astype(np.float32)
    pick = [[generator.choice(np.flatnonzero(kind[:32] == one)) for one in range(4)] for _ in range(60)]
    return training(
        people([row[:2] if turn % 2 else row[2:] for turn, row in enumerate(pick)], 40), text=features
    )


def plain(data, regularization: float, item_regularization: float) -> np.ndarray:
    """`B`, by loops over people and pairs of their items."""
    profiles = data.profiles.liked()
    known = np.unique(profiles.items)
    rows = stack_blocks(data.items.blocks, ["text"], known, 256, 0).astype(float)
    width = rows.shape[1]
    together, others = np.zeros((width, width)), np.zeros((width, width))
    for user in range(len(profiles)):
        history = profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]]
        for one in history if len(history) > 1 else []:
            for other in history:
                product = np.outer(rows[one], rows[other]) / len(history)
                together += product
                others += product * (one != other)
    taste = np.linalg.inv(together + regularization * np.eye(width)) @ others
    decode = np.linalg.inv(rows[known].T @ rows[known] + item_regularization * np.eye(width))
    return rows @ taste @ decode @ rows.T


def test_equals_plain_loops():
    data = world()
    model = ContentRegression(blocks=["text"], regularization=2, item_regularization=3).fit(data)
    history = data.profiles.liked().matrix()
    expected = history @ plain(data, 2, 3)
    np.testing.assert_allclose(model.score(data.profiles), expected, rtol=1e-3, atol=1e-4)


def test_with_an_order_it_equals_plain_loops_over_prefixes():
    data = world()
    profiles = data.profiles.liked()
    known = np.unique(profiles.items)
    rows = stack_blocks(data.items.blocks, ["text"], known, 256, 0).astype(float)
    gram, cross = np.zeros((2, rows.shape[1], rows.shape[1]))
    for user in range(len(profiles)):
        history = rows[profiles.items[profiles.indptr[user] : profiles.indptr[user + 1]]]
        for end in range(1, len(history)):
            before = 0.5 ** (np.arange(end)[::-1] / 2) @ history[:end]
            after = 0.5 ** np.arange(len(history) - end) @ history[end:]
            gram += np.outer(before, before)
            cross += np.outer(before, after)
    identity = np.eye(rows.shape[1])
    decode = np.linalg.inv(rows[known].T @ rows[known] + 3 * identity)
    expected = rows @ np.linalg.inv(gram + 2 * identity) @ cross @ decode @ rows.T
    model = ContentRegression(
        blocks=["text"], regularization=2, item_regularization=3, source_half_life=2, half_life=4
    ).fit(data)
    scores = profiles.matrix(4) @ expected
    np.testing.assert_allclose(model.score(data.profiles), scores, rtol=1e-3, atol=1e-4)


def test_sits_out_where_the_order_it_needs_is_unknown():
    unordered = world(ordered=False)
    assert not ContentRegression(source_half_life=2).applies_to(unordered)
    assert ContentRegression().applies_to(unordered)


def test_learns_what_goes_together_where_likeness_would_mislead():
    data = complements()
    model = ContentRegression(blocks=["text"], regularization=1, item_regularization=1).fit(data)
    new = np.arange(32, 40)
    for kind, partner in ((0, 1), (1, 0), (2, 3), (3, 2)):
        scores = model.score(people([[kind]], 40))[0, new]
        assert set(new[scores.argsort()[-2:]] % 4) == {partner}


def test_blocks_of_people_and_of_pairs_make_no_difference(monkeypatch):
    data, every = world(), np.arange(16)
    whole = ContentRegression(blocks=["text", "lexical"]).fit(data)
    weights = weights_table(whole, every, every)
    monkeypatch.setattr("tesserec.recommenders.content_regression.NUMBERS", 40)
    parts = ContentRegression(blocks=["text", "lexical"]).fit(data)
    np.testing.assert_allclose(parts.score(data.profiles), whole.score(data.profiles), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(weights_table(whole, every, every), weights)
    by_history = whole.history_weights(data.profiles) @ weights
    np.testing.assert_allclose(whole.score(data.profiles), by_history, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rank", [3, 16])
def test_of_many_items_the_weights_are_those_of_the_nearest_matrix_of_a_rank(rank, monkeypatch):
    data = world()
    every = np.arange(16)
    u, values, v = np.linalg.svd(weights_table(ContentRegression(blocks=["text"]).fit(data), every, every))
    monkeypatch.setattr(content_regression, "DENSE_ITEMS", 5)
    monkeypatch.setattr(content_regression, "RANK", rank)
    model = ContentRegression(blocks=["text"]).fit(data)
    expected = (u[:, :rank] * values[:rank]) @ v[:rank]
    np.testing.assert_allclose(weights_table(model, every, every), expected, atol=1e-3 * values[0])


@pytest.mark.parametrize(("columns", "rank"), [(6, 3), (6, 9), (40, 5)])
def test_factors_of_low_rank_are_the_leading_singular_vectors(columns, rank):
    """Also where the columns of the second factor depend on one another: 40 of them in 20 rows."""
    generator = np.random.default_rng(0)
    left, right = generator.normal(size=(2, 20, columns)).astype(np.float32)
    u, values, v = np.linalg.svd(left @ right.T)
    kept = min(rank, columns)
    expected = (u[:, :kept] * values[:kept]) @ v[:kept]
    found = content_regression._low_rank(left, right, rank)
    assert found[0].shape == found[1].shape == (20, kept)
    np.testing.assert_allclose(found[0] @ found[1].T, expected, atol=1e-3 * values[0])


@pytest.mark.parametrize("histories", [[[0, 1]], [[0], [1]], [[]]])
def test_little_to_learn_from_is_no_trouble(histories):
    data = training(people(histories, 3), text=np.eye(3, dtype=np.float32))
    assert np.isfinite(ContentRegression().fit(data).score(data.profiles)).all()


def test_sits_out_without_any_of_the_blocks():
    assert not ContentRegression(blocks=["reviews"]).applies_to(world())
    assert ContentRegression(blocks=["reviews", "text"]).applies_to(world())
