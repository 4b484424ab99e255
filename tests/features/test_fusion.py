import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.features import fusion
from tesserec.features.blocks import FeatureBlocks, unit_rows
from tesserec.features.fusion import concatenate, fuse, fuse_rows, learn_fusing

WEIGHTS = {"text": 1.0, "words": 0.5, "tags": 0.25}


def features(rows: int = 60, seed: int = 0) -> FeatureBlocks:
    """A dense block of rank 4, and two sparse ones."""
    generator = np.random.default_rng(seed)
    text = generator.normal(size=(rows, 4)) @ generator.normal(size=(4, 20))
    words = (generator.random((rows, 30)) < 0.2) * generator.random((rows, 30))
    tags = generator.random((rows, 5)) < 0.4
    return FeatureBlocks(
        np.array([f"r{row}" for row in range(rows)], dtype=object),
        {
            "text": text.astype(np.float32),
            "words": sp.csr_array(words.astype(np.float32)),
            "tags": sp.csr_array(tags.astype(np.float32)),
        },
        {},
    )


def cosines(matrix) -> np.ndarray:
    unit = sp.csr_array(unit_rows(matrix)).toarray()
    return unit @ unit.T


def summed_cosines(blocks: FeatureBlocks) -> np.ndarray:
    return sum(weight * cosines(blocks.blocks[name]) for name, weight in WEIGHTS.items())


def test_concatenation_is_the_weighted_sum_of_cosines():
    blocks = features()
    dense, sparse = concatenate(blocks, {**WEIGHTS, "missing": 3.0})
    np.testing.assert_allclose(
        dense @ dense.T + (sparse @ sparse.T).toarray(), summed_cosines(blocks), atol=1e-5
    )


def test_a_block_of_weight_zero_takes_no_part():
    dense, sparse = concatenate(features(), {"text": 0.0, "tags": 1.0})
    assert (dense.shape[1], sparse.shape[1]) == (0, 5)


@pytest.mark.parametrize(("size", "largest_error"), [(200, 0.15), (30, 0.35)])
def test_inner_products_stay_close_to_the_weighted_sum(size, largest_error):
    blocks = features()
    fused = fuse(blocks, WEIGHTS, np.arange(60), size, seed=0).blocks["fused"]
    assert fused.dtype == np.float32
    assert fused.shape[1] <= size
    error = np.abs(fused @ fused.T - summed_cosines(blocks))
    assert error.max() < largest_error


def test_fused_neighbours_are_the_true_neighbours():
    blocks = features()
    truth = summed_cosines(blocks) - 9 * np.eye(60)
    fused = fuse(blocks, WEIGHTS, np.arange(60), 24, seed=0).blocks["fused"]
    found = fused @ fused.T - 9 * np.eye(60)
    assert (truth.argmax(axis=1) == found.argmax(axis=1)).mean() > 0.8


def test_is_learned_from_known_rows_only():
    """A leak would show: the unknown rows are changed beyond recognition, the known ones must not move."""
    blocks, known = features(), np.arange(40)
    other = features(seed=1)
    changed = FeatureBlocks(
        blocks.ids,
        {
            name: sp.csr_array(sp.vstack([block[:40], 50 * other.blocks[name][40:]]))
            if sp.issparse(block)
            else np.vstack([block[:40], 50 * other.blocks[name][40:]])
            for name, block in blocks.blocks.items()
        },
        {},
    )
    fused = [fuse(one, WEIGHTS, known, 10, seed=0).blocks["fused"] for one in (blocks, changed)]
    np.testing.assert_allclose(fused[1][:40], fused[0][:40], atol=1e-5)
    assert not np.allclose(fused[1][40:], fused[0][40:], atol=0.1)


def test_the_seed_decides():
    one, other = (fuse(features(), WEIGHTS, np.arange(60), 10, seed=3).blocks["fused"] for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_other_blocks_stay_and_inputs_are_not_changed():
    blocks = features()
    before = blocks.blocks["text"].copy()
    fused = fuse(blocks, WEIGHTS, np.arange(60), 10, seed=0)
    assert set(fused.blocks) == {"text", "words", "tags", "fused"}
    assert set(blocks.blocks) == {"text", "words", "tags"}
    np.testing.assert_array_equal(blocks.blocks["text"], before)


@pytest.mark.parametrize("weights", [{}, {"text": 0.0}, {"unknown": 1.0}])
def test_nothing_to_fuse_leaves_the_block_out(weights):
    assert "fused" not in fuse(features(), weights, np.arange(60), 10, seed=0).blocks


@pytest.mark.parametrize("known", [0, 1, 2])
def test_hardly_any_known_rows(known):
    fused = fuse(features(), WEIGHTS, np.arange(known), 10, seed=0)
    assert ("fused" in fused.blocks) == (known > 0)
    if known:
        assert np.isfinite(fused.blocks["fused"]).all()


@pytest.mark.parametrize("weights", [{"text": 1.0}, {"words": 1.0}], ids=["dense only", "sparse only"])
def test_one_kind_of_block_is_enough(weights):
    blocks = features()
    (name,) = weights
    fused = fuse(blocks, weights, np.arange(60), 40, seed=0).blocks["fused"]
    np.testing.assert_allclose(fused @ fused.T, cosines(blocks.blocks[name]), atol=0.1)


def test_blocks_of_rows_make_no_difference(monkeypatch):
    whole = fuse(features(), WEIGHTS, np.arange(40), 10, seed=0).blocks["fused"]
    monkeypatch.setattr(fusion, "ROWS", 7)
    parts = fuse(features(), WEIGHTS, np.arange(40), 10, seed=0).blocks["fused"]
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-5)


def test_of_many_rows_some_are_learned_from(monkeypatch):
    """The directions of half the rows keep the inner products of all nearly as well as those of all do."""
    blocks = features(rows=400)
    truth = summed_cosines(blocks)
    everything = fuse(blocks, WEIGHTS, np.arange(400), 20, seed=0).blocks["fused"]
    monkeypatch.setattr(fusion, "LEARNED_ROWS", 200)
    some = fuse(blocks, WEIGHTS, np.arange(400), 20, seed=0).blocks["fused"]
    assert not np.allclose(some, everything, atol=1e-3)
    errors = [np.square(fused @ fused.T - truth).mean() for fused in (some, everything)]
    assert errors[0] < min(1.5 * errors[1], 0.1 * np.square(truth).mean())


def test_what_was_learned_fuses_rows_that_came_later():
    """Nothing is learned from rows 40 to 59, so fused alone they are what they are among the others."""
    blocks, known = features(), np.arange(40)
    whole = fuse(blocks, WEIGHTS, known, 10, seed=0).blocks["fused"]
    fusing = learn_fusing(blocks, WEIGHTS, known, 10, seed=0)
    later = fuse_rows(blocks.take(np.arange(40, 60)).blocks, fusing)
    np.testing.assert_allclose(later, whole[40:], rtol=1e-4, atol=1e-5)


def test_each_block_has_its_part_in_the_fused_rows():
    """Without a block its part is missing and the others are as they were."""
    blocks, known = features(), np.arange(60)
    fusing = learn_fusing(blocks, WEIGHTS, known, 200, seed=0)
    assert list(fusing) == list(WEIGHTS)
    for name, weight in WEIGHTS.items():
        own = fuse_rows({name: blocks.blocks[name]}, {name: fusing[name]})
        np.testing.assert_allclose(own @ own.T, weight * cosines(blocks.blocks[name]), atol=0.15 * weight)
        others = {other: through for other, through in fusing.items() if other != name}
        np.testing.assert_allclose(
            fuse_rows(blocks.blocks, fusing) - own, fuse_rows(blocks.blocks, others), atol=1e-5
        )
