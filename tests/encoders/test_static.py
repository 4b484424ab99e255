from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from transformers import AutoTokenizer

from tesserec.encoders.static import StaticEncoder
from tesserec.encoders.transformer import TransformerEncoder

EMBEDDINGS = {
    "bert": "embeddings.word_embeddings.weight",
    "roberta": "embeddings.word_embeddings.weight",
    "gpt2": "wte.weight",
    "qwen2": "embed_tokens.weight",
}
TEXTS = ["river stone", "light", "winter garden winter winter", "music " * 70, "silent yellow engine bread"]


def by_hand(folder: Path, name: str, text: str, sif: float) -> np.ndarray:
    """The weighted mean of a text, token by token, from the file of weights."""
    table = load_file(folder / "model.safetensors")[name]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    harmonic = sum(1 / rank for rank in range(2, len(table) + 2))
    total = np.zeros(table.shape[1])
    for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
        if token not in tokenizer.all_special_ids:
            total += sif / (sif + 1 / (token + 2) / harmonic) * table[token]
    return total / np.linalg.norm(total)


@pytest.mark.parametrize("kind", EMBEDDINGS)
class TestStaticEncoder:
    def test_is_the_weighted_mean_of_the_tokens(self, tiny_models, kind):
        """Also of a text that is longer than anything that the model reads."""
        for sif in (1e-3, 1.0):
            vectors = StaticEncoder(str(tiny_models[kind]), sif=sif).encode(TEXTS)
            expected = [by_hand(tiny_models[kind], EMBEDDINGS[kind], text, sif) for text in TEXTS]
            np.testing.assert_allclose(vectors, expected, atol=1e-5)

    def test_no_other_text_changes_a_vector(self, tiny_models, kind):
        encoder = StaticEncoder(str(tiny_models[kind]))
        together = encoder.encode(TEXTS)
        assert together.dtype == np.float32
        for text, vector in zip(TEXTS, together, strict=True):
            np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-6)

    def test_empty_and_repeated_texts(self, tiny_models, kind):
        encoder = StaticEncoder(str(tiny_models[kind]))
        vectors = encoder.encode(["", "stone", " \n", "stone"])
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 1, 0, 1])
        assert encoder.encode([]).shape == (0, encoder.size)


def test_many_texts_go_through_in_parts(tiny_models, monkeypatch):
    encoder = StaticEncoder(str(tiny_models["bert"]))
    whole = encoder.encode(TEXTS)
    monkeypatch.setattr("tesserec.encoders.static.TEXTS_AT_ONCE", 2)
    done = []
    parts = encoder.read(encoder.prepare(TEXTS), done.append)
    np.testing.assert_allclose(parts.vectors, whole, atol=1e-6)
    assert parts.tokens.tolist() == [2, 1, 4, 70, 4]
    assert done == [2, 2, 1]


def test_unknown_words_count_nothing(tiny_models):
    encoder = StaticEncoder(str(tiny_models["bert"]))
    made = encoder.read(encoder.prepare(["stone", "stone xyzzy", "xyzzy"]))
    np.testing.assert_array_equal(made.vectors[0], made.vectors[1])
    assert not made.vectors[2].any()
    assert made.windows.tolist() == [1, 1, 0]


def test_the_bundled_model_tells_topics_apart():
    texts = ["a novel about dragons and wizards", "fantasy book with magic", "stainless steel drill bits"]
    likeness = (
        StaticEncoder("all-MiniLM-L6-v2").encode(texts) @ StaticEncoder("all-MiniLM-L6-v2").encode(texts).T
    )
    assert likeness[0, 1] > likeness[0, 2] + 0.1


def test_says_what_it_is(tiny_models):
    folder = str(tiny_models["bert"])
    own, other = StaticEncoder(folder).description, TransformerEncoder(folder, window_overlap=2).description
    assert (own.encoder, other.encoder) == ("static", "transformer")
    assert own.fingerprint == other.fingerprint
    assert own.size == 16
