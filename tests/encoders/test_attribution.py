import numpy as np
import pytest

from tesserec.encoders.attribution import NO_WORD, WordMatches, match_words
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .direct import WORDS, tiny

LONG = " ".join(WORDS[place % len(WORDS)] for place in range(17))


def match(encoder: TransformerEncoder, left: str, right: str) -> WordMatches:
    (found,) = match_words(encoder, [(left, right)])
    return found


def cosine(encoder: TransformerEncoder, left: str, right: str) -> float:
    one, other = encoder.encode([left, right]).astype(float)
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
@pytest.mark.parametrize("pooling", ["mean", "weighted_mean", "sif"])
@pytest.mark.parametrize("right", ["Garden, stone!", LONG])
def test_the_parts_sum_to_the_cosine(tiny_models, kind, pooling, right):
    """The long text takes several windows; punctuation and special tokens have their part."""
    encoder = tiny(tiny_models[kind], pooling=pooling, max_length=10, window_overlap=2)
    found = match(encoder, "river light stone light", right)
    assert found.parts.shape == (len(found.left), len(found.right))
    assert found.left == ["river", "light", "stone", NO_WORD]
    assert found.parts.sum() == pytest.approx(cosine(encoder, "river light stone light", right), abs=1e-5)


def test_tokens_sum_to_the_vector_and_know_their_place(tiny_models):
    """A window has room for eight tokens, of which it shares two with the next."""
    encoder = tiny(tiny_models["bert"], pooling="mean", normalize=False, max_length=10, window_overlap=2)
    texts = ["river stone", LONG, "", "garden"]
    read = encoder.read_tokens(texts)
    for vector, (parts, _) in zip(encoder.encode(texts), read, strict=True):
        np.testing.assert_allclose(parts.sum(axis=0), vector, atol=1e-5)
    places = [places.tolist() for _, places in read]
    assert places[0] == [-1, 0, 1, -1]
    assert places[1] == [-1, *range(8), -1, -1, *range(6, 14), -1, -1, *range(12, 17), -1]
    assert places[2] == []


def test_a_prompt_belongs_to_no_word(tiny_models):
    encoder = tiny(tiny_models["bert"], pooling="mean", prompt="music silent ")
    found = match(encoder, "river stone", "garden")
    assert found.left == ["river", "stone", NO_WORD]
    assert found.parts.sum() == pytest.approx(cosine(encoder, "river stone", "garden"), abs=1e-5)


def test_a_pair_is_the_product_of_what_its_words_add(tiny_models):
    encoder = tiny(tiny_models["bert"], pooling="mean")
    (ours, _), (theirs, _) = encoder.read_tokens(["river stone", "garden"])
    lengths = np.linalg.norm(ours.sum(axis=0)) * np.linalg.norm(theirs.sum(axis=0))
    found = match(encoder, "river stone", "garden")
    # [CLS] river stone [SEP] and [CLS] garden [SEP].
    assert found.parts[1, 0] == pytest.approx(ours[2] @ theirs[1] / lengths, abs=1e-6)
    assert found.parts[2, 1] == pytest.approx(
        (ours[0] + ours[3]) @ (theirs[0] + theirs[2]) / lengths, abs=1e-6
    )


def test_pieces_are_merged_into_words_of_both_languages():
    """The bundled tokenizer cuts Chinese into characters, and rare words into pieces."""
    encoder = TransformerEncoder("all-MiniLM-L6-v2")
    text = "古琴与茶道的入门课程"
    found = match(encoder, text, "A beginner’s guide to zymurgy and tea ceremony")
    assert {"古琴", "入门"} <= set(found.left)
    assert {"zymurgy", "beginner", "ceremony"} <= set(found.right)
    assert found.parts.sum() == pytest.approx(
        cosine(encoder, text, "A beginner’s guide to zymurgy and tea ceremony"), abs=5e-3
    )


def test_words_that_mean_the_same_match_most():
    encoder = TransformerEncoder("all-MiniLM-L6-v2")
    found = match(encoder, "a guitar for a child", "an instrument for musicians and a broken chair")
    ((left, right, part),) = found.strongest(1)
    assert (left, right) == ("guitar", "instrument")
    assert part > 0


def test_many_pairs_are_split_as_one_alone_and_each_text_is_read_once(tiny_models, monkeypatch):
    """The long text takes several windows, so that windows are not texts."""
    encoder = tiny(tiny_models["bert"], pooling="mean", max_length=10, window_overlap=2)
    pairs = [("river stone", LONG), ("garden", "river stone"), ("", LONG)]
    alone = [match(encoder, *pair) for pair in pairs]
    read: list[str] = []
    prepare = encoder.prepare
    monkeypatch.setattr(encoder, "prepare", lambda texts: read.extend(texts) or prepare(texts))
    for found, expected in zip(match_words(encoder, pairs), alone, strict=True):
        assert (found.left, found.right) == (expected.left, expected.right)
        np.testing.assert_allclose(found.parts, expected.parts, atol=1e-6)
    assert sorted(read) == sorted({"river stone", LONG, "garden", ""})


def test_the_strongest_pairs_leave_out_words_and_what_adds_nothing():
    parts = np.array([[0.3, 0.2, 9.0], [0.1, -0.1, 9.0], [9.0, 9.0, 9.0]])
    found = WordMatches(["the", "sea", NO_WORD], ["a", "wave", NO_WORD], parts)
    assert found.strongest(2) == [("the", "a", 0.3), ("the", "wave", 0.2)]
    assert found.strongest(9, {"the"}) == [("sea", "a", 0.1)]
    assert found.strongest(9, {"a"}) == [("the", "wave", 0.2)]
    assert found.strongest(9, {"the", "a"}) == []


@pytest.mark.parametrize("text", ["", "!?"])
def test_a_text_without_words_has_none(tiny_models, text):
    found = match(tiny(tiny_models["bert"], pooling="mean"), text, "garden")
    assert found.left == [NO_WORD]
    assert np.isfinite(found.parts).all()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"pooling": "cls"}, "cls"),
        ({"pooling": "max"}, "max"),
        ({"pooling": "mean", "window_combination": "max"}, "max"),
    ],
)
def test_what_does_not_split_is_refused(tiny_models, options, named):
    """Before the model is loaded: that takes long, and for nothing."""
    encoder = tiny(tiny_models["bert"], **options)
    with pytest.raises(ConfigError, match=f"is {named}, which does not split over tokens: choose"):
        match(encoder, "river", "garden")
    assert "_model" not in vars(encoder)
