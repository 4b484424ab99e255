import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.encoders.tuning import hold_back, tune

from .conftest import WORDS
from .direct import tiny


def alike(count: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Return texts, and whether both or neither of two words are in them: no sum over words tells."""
    generator = np.random.default_rng(seed)
    has = generator.random((count, 2)) < 0.5
    texts = []
    for river, stone in has.tolist():
        words = generator.choice(WORDS[2:], 5).tolist()
        texts.append(" ".join(words + ["river"] * river + ["stone"] * stone))
    return texts, has[:, 0] == has[:, 1]


def taught(encoder: TransformerEncoder, texts: list[str], truth: np.ndarray, **changed) -> TransformerEncoder:
    settings = {"weights": np.ones(len(texts)), "seed": 0, "learning_rate": 0.01} | changed
    return tune(encoder, texts, truth, **settings)


@pytest.fixture
def encoder(tiny_models) -> TransformerEncoder:
    return tiny(tiny_models["qwen2"])


def test_a_rule_is_learned_that_vectors_do_not_tell_and_the_encoder_stays_as_it_was(encoder):
    texts, truth = alike(3000, seed=0)
    ask, right = alike(400, seed=1)
    vectors, described = encoder.encode(ask), encoder.description
    frozen = LogisticRegression(C=100, max_iter=2000).fit(encoder.encode(texts), truth)
    assert roc_auc_score(right, frozen.decision_function(vectors)) < 0.85
    tuned = taught(encoder, texts, truth)
    log_odds = tuned.encode(ask)
    assert log_odds.shape == (400, 1)
    assert roc_auc_score(right, log_odds[:, 0]) > 0.97
    np.testing.assert_array_equal(encoder.encode(ask), vectors)
    assert encoder.description == described
    assert tuned.description.digest != described.digest
    assert tuned.encode(["", " "]).tolist() == [[0], [0]]


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_texts_that_count_nothing_teach_nothing(tiny_models, kind):
    texts = ["river bread", "stone bread"] * 300
    truth = np.array([True, False] * 300)
    wrong = np.arange(600) >= 200
    weights = np.where(wrong, 1e-9, 3.0)
    tuned = taught(tiny(tiny_models[kind]), texts, truth ^ wrong, weights=weights)
    river, stone = tuned.encode(texts[:2])[:, 0]
    assert river > 1
    assert stone < -1


def test_every_window_of_a_long_text_is_learned_and_read(encoder):
    head = ["garden"] * 26
    texts = [" ".join([*head, *[word] * 20]) for word in ("river", "stone")] * 200
    tuned = taught(encoder, texts, np.array([True, False] * 200))
    assert tuned.read(tuned.prepare(texts[:1])).windows[0] > 1
    river, stone = tuned.encode(texts[:2])[:, 0]
    assert river > 1
    assert stone < -1


def test_equal_seeds_give_equal_readers_and_leave_the_global_generator(encoder):
    texts, truth = alike(200, seed=0)
    first = taught(encoder, texts, truth)
    torch.rand(1)
    state = torch.get_rng_state()
    second, other = (taught(encoder, texts, truth, seed=seed) for seed in (0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    np.testing.assert_array_equal(first.encode(texts), second.encode(texts))
    assert first.description.digest == second.description.digest != other.description.digest
    assert not np.array_equal(first.encode(texts), other.encode(texts))


def test_a_budget_of_tokens_changes_memory_and_not_what_is_learned(tiny_models):
    texts, truth = alike(200, seed=0)
    large, small = (
        taught(tiny(tiny_models["qwen2"], batch_tokens=tokens), texts, truth) for tokens in (512, 30)
    )
    np.testing.assert_allclose(small.encode(texts), large.encode(texts), atol=1e-3)


def test_a_fifth_of_the_different_texts_is_held_back():
    texts = [f"text {n // 3}" for n in range(3000)]
    held_back = hold_back(texts, seed=0).reshape(1000, 3)
    assert (held_back.all(axis=1) == held_back.any(axis=1)).all(), "equal texts are on one side"
    assert 0.17 < held_back.mean() < 0.23
    assert not np.array_equal(held_back, hold_back(texts, seed=1).reshape(1000, 3))
    assert hold_back([], seed=0).shape == (0,)
