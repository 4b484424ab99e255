from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from tesserec.encoders import resolve_model
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

KINDS = ["bert", "roberta", "gpt2", "qwen2"]
DECODERS = {"gpt2", "qwen2"}
WORDS = "river stone light winter garden music silent yellow engine bread market forest".split()


def some_texts(count: int, longest: int, seed: int = 0) -> list[str]:
    generator = np.random.default_rng(seed)
    return [" ".join(generator.choice(WORDS, generator.integers(1, longest + 1))) for _ in range(count)]


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def token_ids(folder: Path, text: str, special: bool) -> list[int]:
    return AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=special)["input_ids"]


def token_vectors(folder: Path, ids: list[int]) -> np.ndarray:
    """One sequence, alone, through the model: (tokens, hidden)."""
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids])).last_hidden_state[0].numpy()


POOLED_BY_HAND = {
    "mean": lambda hidden: hidden.mean(axis=0),
    "cls": lambda hidden: hidden[0],
    "max": lambda hidden: hidden.max(axis=0),
    "last_token": lambda hidden: hidden[-1],
}


def tiny(folder: Path, **options) -> TransformerEncoder:
    defaults = {"precision": "fp32", "device": "cpu", "batch_tokens": 64, "window_overlap": 2}
    return TransformerEncoder(str(folder), **(defaults | options))


@pytest.mark.parametrize("kind", KINDS)
class TestEncoderContract:
    """What holds for every encoder."""

    def test_vectors_are_unit_rows_of_the_declared_size(self, tiny_models, kind):
        encoder = tiny(tiny_models[kind])
        vectors = encoder.encode(some_texts(9, longest=20))
        assert vectors.shape == (9, encoder.size)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
        assert (vectors @ vectors.T - np.eye(9)).max() < 0.999, "different texts must differ"

    def test_no_text_and_empty_text(self, tiny_models, kind):
        encoder = tiny(tiny_models[kind])
        assert encoder.encode([]).shape == (0, encoder.size)
        vectors, statistics = encoder.encode_measured(["", "stone", " \n"])
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 1, 0])
        assert (statistics.texts, statistics.empty_texts, statistics.unique_texts) == (3, 2, 1)
        assert not encoder.encode(["", ""]).any()

    def test_neither_order_nor_company_nor_padding_changes_a_vector(self, tiny_models, kind):
        texts = some_texts(16, longest=25)
        together = tiny(tiny_models[kind], batch_tokens=512).encode(texts)
        alone = tiny(tiny_models[kind], batch_tokens=30).encode(texts)
        order = np.random.default_rng(1).permutation(len(texts))
        shuffled = tiny(tiny_models[kind], batch_tokens=128).encode([texts[i] for i in order])
        np.testing.assert_allclose(alone, together, atol=2e-6)
        np.testing.assert_allclose(shuffled, together[order], atol=2e-6)
        np.testing.assert_array_equal(tiny(tiny_models[kind], batch_tokens=512).encode(texts), together)

    def test_identical_texts_are_read_once(self, tiny_models, kind):
        vectors, statistics = tiny(tiny_models[kind]).encode_measured(["stone light", "bread", "stone light"])
        np.testing.assert_array_equal(vectors[0], vectors[2])
        assert (statistics.unique_texts, statistics.windows) == (2, 2)

    def test_each_pooling_equals_a_direct_forward_pass(self, tiny_models, kind):
        folder = tiny_models[kind]
        texts = some_texts(6, longest=15)
        hidden = [token_vectors(folder, token_ids(folder, text, special=True)) for text in texts]
        for pooling, pool in POOLED_BY_HAND.items():
            vectors = tiny(folder, pooling=pooling).encode(texts)
            by_hand = unit(np.array([pool(tokens) for tokens in hidden]))
            np.testing.assert_allclose(vectors, by_hand, atol=2e-6, err_msg=pooling)

    def test_a_long_text_is_the_token_weighted_mean_of_its_windows(self, tiny_models, kind):
        folder = tiny_models[kind]
        before, after = ([], []) if kind in DECODERS else ([2], [3])
        window = 8 + len(before) + len(after)
        text = " ".join(WORDS[i % len(WORDS)] for i in range(17))
        ids = token_ids(folder, text, special=False)
        vectors, statistics = tiny(folder, max_length=window, pooling="max").encode_measured(["stone", text])
        # 8 tokens a window, 2 shared: tokens 0-7, 6-13, 12-16; a shorter last window counts less.
        parts = [ids[start : start + 8] for start in range(0, len(ids) - 2, 6)]
        windows = [before + part + after for part in parts]
        pooled = [token_vectors(folder, ids).max(axis=0) for ids in windows]
        expected = sum(len(part) * vector for part, vector in zip(parts, pooled, strict=True))
        np.testing.assert_allclose(vectors[1], unit(expected), atol=2e-6)
        short = len(token_ids(folder, "stone", special=True))
        assert statistics.tokens == sum(map(len, windows)) + short
        assert (statistics.windows, statistics.windowed_texts) == (len(parts) + 1, 1)
        assert len(parts) > 2
        assert len(parts[-1]) < 8


def test_half_precision_stays_close(tiny_models):
    texts = some_texts(20, longest=20)
    exact = tiny(tiny_models["bert"]).encode(texts)
    half = tiny(tiny_models["bert"], precision="bf16").encode(texts)
    assert (exact * half).sum(axis=1).min() > 0.995
    assert not np.array_equal(exact, half)


@pytest.mark.parametrize(
    ("kind", "pooling"),
    [("bert", "mean"), ("roberta", "mean"), ("gpt2", "last_token"), ("qwen2", "last_token")],
)
def test_automatic_pooling_fits_the_model(tiny_models, kind, pooling):
    assert tiny(tiny_models[kind]).description.pooling == pooling


@pytest.mark.parametrize(("kind", "window"), [("bert", 30), ("gpt2", 30), ("qwen2", 30), ("roberta", 29)])
def test_automatic_window_uses_every_position_of_the_model(tiny_models, kind, window):
    encoder = tiny(tiny_models[kind])
    assert encoder.description.max_length == window
    vectors, statistics = encoder.encode_measured([" ".join(["stone"] * 100)])
    assert np.isfinite(vectors).all()
    assert statistics.windows > 1


def test_automatic_window_fits_the_batch(tiny_models):
    assert tiny(tiny_models["qwen2"], batch_tokens=16).description.max_length == 16


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"max_length": 31}, "max_length is 31, but the model takes 30"),
        ({"max_length": 10, "window_overlap": 8}, "window_overlap is 8, but a window has room for 8"),
        ({"device": "abacus"}, "device is 'abacus'"),
        ({"device": "cuda:99"}, "device is 'cuda:99'"),
    ],
)
def test_values_that_do_not_fit_are_refused(tiny_models, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        tiny(tiny_models["bert"], **options)


def test_the_description_tells_models_apart(tiny_models):
    first, second = (tiny(tiny_models[kind]).description for kind in ("bert", "gpt2"))
    assert first.fingerprint != second.fingerprint
    assert first == replace(tiny(tiny_models["bert"]).description)


@pytest.fixture(scope="module")
def mixed_texts() -> list[str]:
    words = (
        "the quick relay kit lasts; Staples (1,000 count) 50% off — naïve café, 'quoted' e-mail@x.org "
        "星期天 我们 去 看 电影 and then some very ordinary prose about gardens in winter 3.14 £9.99"
    ).split()
    generator = np.random.default_rng(3)
    return [" ".join(generator.choice(words, length)) for length in generator.integers(1, 25, size=200)]


@pytest.fixture(scope="module")
def reference(mixed_texts) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(resolve_model("all-MiniLM-L6-v2"), device="cpu")
    return model.encode(mixed_texts, normalize_embeddings=True, show_progress_bar=False)


class TestMiniLM:
    """The default model against sentence-transformers, the library that it was made with."""

    @pytest.mark.parametrize(("precision", "cosine"), [("fp32", 0.9999), ("bf16", 0.999)])
    def test_equals_sentence_transformers(self, mixed_texts, reference, precision, cosine):
        vectors = TransformerEncoder("all-MiniLM-L6-v2", precision=precision, device="cpu").encode(
            mixed_texts
        )
        assert (vectors * reference).sum(axis=1).min() >= cosine

    def test_reads_its_own_configuration(self):
        description = TransformerEncoder("all-MiniLM-L6-v2", device="cpu").description
        assert (description.pooling, description.max_length, description.size) == ("mean", 256, 384)
