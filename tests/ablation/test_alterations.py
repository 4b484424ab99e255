from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from tesserec.ablation.alterations import alter, keep_only, leave_out, randomise, shuffle
from tesserec.features.blocks import FeatureBlocks
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.recommenders import TrainingData

from ..pipelines.market import market, options

FUSING = options("feature_fusion").fusing()


def features() -> FeatureBlocks:
    generator = np.random.default_rng(0)
    text = generator.normal(size=(50, 8)).astype(np.float32)
    text[7] = 0
    words = sp.csr_array((generator.random((50, 400)) < 0.05).astype(np.float32))
    blocks = {"text": text, "lexical": words, "numbers": np.ones((50, 2), np.float32)}
    return FeatureBlocks(
        np.arange(50).astype(object), blocks, {"lexical": ["w"] * 400, "numbers": ["a", "b"]}
    )


@pytest.fixture(scope="module")
def data() -> TrainingData:
    tables = market()
    return training_data_builder("tuning")(*(tables[name] for name in INPUTS), options("feature_fusion"))


def same(one: FeatureBlocks | dict, other: FeatureBlocks | dict) -> bool:
    one, other = (part.blocks if isinstance(part, FeatureBlocks) else part for part in (one, other))
    dense = [
        {name: block if isinstance(block, np.ndarray) else block.toarray() for name, block in part.items()}
        for part in (one, other)
    ]
    return dense[0].keys() == dense[1].keys() and all(
        np.array_equal(block, dense[1][name]) for name, block in dense[0].items()
    )


def test_without_an_alteration_everything_is_as_it_was(data):
    """Fusing anew must give what feature fusion gave, or controls would differ by more than they say."""
    altered = alter(data, lambda features: features, FUSING)
    assert same(altered.items, data.items)
    assert same(altered.profiles.blocks, data.profiles.blocks)
    assert same(altered.profiles.fusing, data.profiles.fusing)


def test_what_is_left_out_leaves_no_trace_in_the_fused_embedding(data):
    """Data whose text says something else must come out the same."""
    noise = np.random.default_rng(1).normal(size=data.items.blocks["text"].shape).astype(np.float32)
    other = replace(data, items=replace(data.items, blocks={**data.items.blocks, "text": noise}))
    other = alter(other, lambda features: features, FUSING)
    assert not np.array_equal(other.items.blocks["fused"], data.items.blocks["fused"])
    without = alter(data, leave_out(["text"]), FUSING)
    assert "text" not in without.items.blocks
    assert same(without.items, alter(other, leave_out(["text"]), FUSING).items)
    assert not same(without.items, alter(data, leave_out([]), FUSING).items)


def test_all_but_the_named_blocks_are_taken_away(data):
    kept = alter(data, keep_only(["text"]), FUSING)
    assert set(kept.items.blocks) == {"text", "fused"}
    assert set(kept.profiles.blocks) == {"text", "fused"}
    assert set(kept.items.names) <= {"text"}


def test_a_shuffled_row_has_the_texts_of_one_other_row():
    before = features()
    after = shuffle(["text", "lexical"], seed=3)(before)
    order = [
        int(np.flatnonzero((before.blocks["text"] == row).all(axis=1))[0]) for row in after.blocks["text"]
    ]
    assert sorted(order) == list(range(50))
    assert np.mean(np.array(order) == np.arange(50)) < 0.1
    np.testing.assert_array_equal(
        after.blocks["lexical"].toarray(), before.blocks["lexical"].toarray()[order]
    )
    np.testing.assert_array_equal(after.blocks["numbers"], before.blocks["numbers"])


def test_the_same_rows_are_shuffled_alike_at_every_stage():
    first, second = (shuffle(["text"], seed=3)(features()) for _ in range(2))
    assert same(first, second)
    assert not same(first, shuffle(["text"], seed=4)(features()))


def test_random_vectors_say_nothing_but_who_is_who():
    before = features()
    after = randomise(["text", "lexical"], seed=3)(before)
    assert after.blocks["text"].shape == (50, 8)
    assert after.blocks["lexical"].shape == (50, 256)
    assert not after.blocks["text"][7].any()
    assert (after.blocks["text"][np.arange(50) != 7] != 0).all()
    correlation = np.corrcoef(after.blocks["text"].ravel(), before.blocks["text"].ravel())[0, 1]
    assert abs(correlation) < 0.2
    # No column of the words is left to be named.
    assert set(after.names) == {"numbers"}
    np.testing.assert_array_equal(after.blocks["numbers"], before.blocks["numbers"])
