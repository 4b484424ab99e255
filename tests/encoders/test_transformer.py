from dataclasses import replace

import numpy as np
import pytest
import torch

from tesserec.encoders import resolve_model
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .direct import POOLED, WORDS, hidden_states, some_texts, tiny, token_ids, token_vectors

KINDS = ["bert", "roberta", "gpt2", "qwen2"]
DECODERS = {"gpt2", "qwen2"}


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
        assert np.linalg.norm(encoder.encode(["", "stone", " \n"]), axis=1) == pytest.approx([0, 1, 0])
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
        encoder, prepared = tiny(tiny_models[kind]), []
        encoder.prepare = lambda texts: prepared.extend(texts) or TransformerEncoder.prepare(encoder, texts)
        vectors = encoder.encode(["stone light", "bread", "stone light"])
        np.testing.assert_array_equal(vectors[0], vectors[2])
        assert prepared == ["stone light", "bread"]

    def test_each_pooling_equals_a_direct_forward_pass(self, tiny_models, kind):
        folder = tiny_models[kind]
        texts = some_texts(6, longest=15)
        hidden = [token_vectors(folder, token_ids(folder, text, special=True)) for text in texts]
        for pooling, pool in POOLED.items():
            vectors = tiny(folder, pooling=pooling, normalize=False).encode(texts)
            by_hand = np.array([pool(tokens) for tokens in hidden])
            np.testing.assert_allclose(vectors, by_hand, atol=5e-6, err_msg=pooling)

    def test_chosen_layers_equal_a_direct_forward_pass(self, tiny_models, kind):
        folder = tiny_models[kind]
        texts = some_texts(6, longest=15)
        states = [hidden_states(folder, token_ids(folder, text, special=True)) for text in texts]
        pooling = "last_token" if kind in DECODERS else "mean"
        for layers in ([0], [1], [-1, 1], [-3, -2, -1]):
            by_hand = [POOLED[pooling](state[layers].mean(axis=0)) for state in states]
            vectors = tiny(folder, layers=layers, normalize=False).encode(texts)
            np.testing.assert_allclose(vectors, by_hand, atol=5e-6, err_msg=str(layers))

    def test_pooling_by_frequency_leaves_special_tokens_out(self, tiny_models, kind):
        folder = tiny_models[kind]
        texts = some_texts(5, longest=12)
        # Zipf's law over the 400 tokens of the vocabulary, from the second rank on.
        frequency = 1 / np.arange(2, 402)
        frequency /= frequency.sum()
        for sif in (1e-4, 1e-1):
            expected = []
            for text in texts:
                ids = token_ids(folder, text, special=True)
                counts = (
                    sif / (sif + frequency[ids]) * np.array([kind in DECODERS or token > 3 for token in ids])
                )
                expected.append(np.average(token_vectors(folder, ids), axis=0, weights=counts))
            vectors = tiny(folder, pooling="sif", sif=sif, normalize=False).encode(texts)
            np.testing.assert_allclose(vectors, expected, atol=5e-6)


@pytest.mark.parametrize(("pooling", "layers"), [("mean", [1, 2]), ("weighted_mean", [-1]), ("max", [-1])])
def test_sums_over_layers_and_tokens_keep_their_digits_in_half_precision(tiny_models, pooling, layers):
    folder = tiny_models["bert"]
    text = " ".join(WORDS[i % len(WORDS)] for i in range(14))  # 16 tokens: nothing is padded
    hidden = hidden_states(folder, token_ids(folder, text, special=True), torch.bfloat16)
    expected = POOLED[pooling](hidden[layers].mean(axis=0))
    vectors = tiny(folder, precision="bf16", pooling=pooling, layers=layers, normalize=False).encode([text])
    np.testing.assert_allclose(vectors[0], expected, atol=1e-6)


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
    made = encoder.read(encoder.prepare([" ".join(["stone"] * 100)]))
    assert np.isfinite(made.vectors).all()
    assert made.windows[0] > 1


def test_automatic_window_fits_the_batch(tiny_models):
    assert tiny(tiny_models["qwen2"], batch_tokens=16).description.max_length == 16


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"max_length": 31}, "max_length is 31, but the model takes 30"),
        ({"max_length": 10, "window_overlap": 8}, "window_overlap is 8, but a window has room for 8"),
        ({"layers": [-1, 3]}, r"layers is \[-1, 3\], but the model has the layers 0 to 2"),
        ({"layers": [-4]}, "the layers 0 to 2"),
        ({"layers": []}, r"layers is \[\]"),
        ({"device": "abacus"}, "device is 'abacus'"),
        ({"device": "cuda:99"}, "device is 'cuda:99'"),
    ],
)
def test_values_that_do_not_fit_are_refused(tiny_models, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        tiny(tiny_models["bert"], **options)


def test_a_description_loads_no_weights(tiny_models, monkeypatch):
    def refuse(*args):
        raise AssertionError("weights were loaded")

    monkeypatch.setattr("tesserec.encoders.language_model.load_model", refuse)
    encoder = tiny(tiny_models["bert"], pooling="sif", layers=[0, 1], prompt="music ")
    assert len(encoder.description.digest) == 32
    assert encoder.prepare(["stone"]).tokens.tolist() == [4]


def test_whatever_decides_vectors_is_in_the_digest(tiny_models):
    folder = tiny_models["bert"]
    changes = (
        {}, {"pooling": "cls"}, {"pooling": "sif"}, {"pooling": "sif", "sif": 0.1}, {"layers": [1]},
        {"layers": [1, 2]}, {"prompt": "music "}, {"normalize": False}, {"max_length": 9},
        {"window_overlap": 3}, {"window_combination": "max"}, {"max_windows": 2}, {"precision": "bf16"},
        {"trust_remote_code": True},
    )  # fmt: skip
    digests = {tiny(folder, **change).description.digest for change in changes}
    assert len(digests) == len(changes)
    same = ({"layers": [2, -1]}, {"sif": 0.1}, {"prompt": ""}, {"batch_tokens": 96}, {"normalize": True})
    assert {tiny(folder, **change).description.digest for change in same} == {tiny(folder).description.digest}


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
