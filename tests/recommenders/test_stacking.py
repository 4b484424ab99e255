import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.stacking import stack_blocks

EVERY = np.arange(30)


def blocks() -> dict:
    generator = np.random.default_rng(0)
    return {
        "text": generator.normal(2, 3, (30, 4)).astype(np.float32),
        "words": sp.csr_array((generator.random((30, 12)) < 0.5).astype(np.float32)),
        "numbers": np.arange(1, 31, dtype=np.float32)[:, None],
    }


def test_every_block_is_centred_and_of_mean_squared_length_one():
    for name in ("text", "words", "numbers"):
        stacked = stack_blocks(blocks(), [name], EVERY, 100, 0)
        np.testing.assert_array_equal(stacked[:, 0], 1)
        np.testing.assert_allclose(stacked[:, 1:].mean(axis=0), 0, atol=1e-6)
        np.testing.assert_allclose(np.square(stacked[:, 1:]).sum(axis=1).mean(), 1, rtol=1e-5)


def test_wide_sparse_blocks_keep_the_likeness_that_few_directions_can_hold():
    generator = np.random.default_rng(1)
    topics = generator.random((30, 2)) @ (generator.random((2, 40)) < 0.5)
    wide = stack_blocks({"words": sp.csr_array(topics.astype(np.float32))}, ["words"], EVERY, 5, 0)[:, 1:]
    assert wide.shape == (30, 2)  # no more directions than there are topics
    centred = topics - topics.mean(axis=0)
    np.testing.assert_allclose(
        wide @ wide.T, centred @ centred.T / np.mean(np.square(centred).sum(axis=1)), atol=1e-3
    )


def test_numbers_become_steps_that_can_follow_a_curve():
    steps = stack_blocks(blocks(), ["numbers"], EVERY, 100, 0)
    assert steps.shape[1] == 16
    hill = -np.square(blocks()["numbers"][:, 0] - 15.5)
    fitted = steps @ np.linalg.lstsq(steps, hill, rcond=None)[0]
    assert np.corrcoef(fitted, hill)[0, 1] > 0.95


def test_what_is_missing_of_an_item_is_zero_and_teaches_nothing():
    whole, holes = blocks(), blocks()
    holes["text"][20:] = 0
    stacked = stack_blocks(holes, ["text"], EVERY, 100, 0)
    assert not stacked[20:, 1:].any()
    whole["text"] = whole["text"][:20]
    np.testing.assert_allclose(stacked[:20], stack_blocks(whole, ["text"], EVERY[:20], 100, 0), rtol=1e-6)


def test_only_the_given_items_are_learned_from():
    odd = blocks()
    odd["text"][20:] *= 50
    odd["numbers"][20:] = -5
    odd["words"] = sp.csr_array(sp.vstack([odd["words"][:20], odd["words"][20:] * 50]))
    names = ["text", "numbers", "words"]
    known = stack_blocks(blocks(), names, EVERY[:20], 5, 0)[:20]
    np.testing.assert_allclose(stack_blocks(odd, names, EVERY[:20], 5, 0)[:20], known, atol=1e-5)


def test_nothing_known_leaves_the_constant():
    np.testing.assert_array_equal(
        stack_blocks(blocks(), ["text", "words"], EVERY[:0], 5, 0), np.ones((30, 1))
    )
    np.testing.assert_array_equal(stack_blocks(blocks(), ["reviews"], EVERY, 5, 0), np.ones((30, 1)))
