import numpy as np
import pytest

from tesserec.encoders.attribution import NO_WORD, match_words
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .direct import WORDS, tiny

LONG = " ".join(WORDS[place % len(WORDS)] for place in range(17))


def cosine(encoder: TransformerEncoder, left: str, right: str) -> float:
    one, other = encoder.encode([left, right]).astype(float)
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
@pytest.mark.parametrize("pooling", ["mean", "weighted_mean", "sif"])
@pytest.mark.parametrize("right", ["Garden, stone!", LONG])
def test_the_parts_sum_to_the_cosine(tiny_models, kind, pooling, right):
    """The long text takes several windows; punctuation and special tokens have their part."""
    encoder = tiny(tiny_models[kind], pooling=pooling, max_length=10, window_overlap=2)
    found = match_words(encoder, "river light stone light", right)
    assert found.parts.shape == (len(found.left), len(found.right))
    assert found.left == ["river", "light", "stone", NO_WORD]
    assert found.parts.sum() == pytest.approx(cosine(encoder, "river light stone light", right), abs=1e-5)


def test_a_prompt_belongs_to_no_word(tiny_models):
    encoder = tiny(tiny_models["bert"], pooling="mean", prompt="music silent ")
    found = match_words(encoder, "river stone", "garden")
    assert found.left == ["river", "stone", NO_WORD]
    assert found.parts.sum() == pytest.approx(cosine(encoder, "river stone", "garden"), abs=1e-5)


def test_a_pair_is_the_product_of_what_its_words_add(tiny_models):
    encoder = tiny(tiny_models["bert"], pooling="mean")
    (ours, _), (theirs, _) = encoder.read_tokens("river stone"), encoder.read_tokens("garden")
    lengths = np.linalg.norm(ours.sum(axis=0)) * np.linalg.norm(theirs.sum(axis=0))
    found = match_words(encoder, "river stone", "garden")
    # [CLS] river stone [SEP] and [CLS] garden [SEP].
    assert found.parts[1, 0] == pytest.approx(ours[2] @ theirs[1] / lengths, abs=1e-6)
    assert found.parts[2, 1] == pytest.approx(
        (ours[0] + ours[3]) @ (theirs[0] + theirs[2]) / lengths, abs=1e-6
    )


def test_pieces_are_merged_into_words_of_both_languages():
    """The bundled tokenizer cuts Chinese into characters, and rare words into pieces."""
    encoder = TransformerEncoder("all-MiniLM-L6-v2")
    text = "古琴与茶道的入门课程"
    found = match_words(encoder, text, "A beginner’s guide to zymurgy and tea ceremony")
    assert {"古琴", "入门"} <= set(found.left)
    assert {"zymurgy", "beginner", "ceremony"} <= set(found.right)
    assert found.parts.sum() == pytest.approx(
        cosine(encoder, text, "A beginner’s guide to zymurgy and tea ceremony"), abs=5e-3
    )


def test_words_that_mean_the_same_match_most():
    encoder = TransformerEncoder("all-MiniLM-L6-v2")
    found = match_words(encoder, "a guitar for a child", "an instrument for musicians and a broken chair")
    ((left, right, part),) = found.strongest(1)
    assert (left, right) == ("guitar", "instrument")
    assert part > 0


@pytest.mark.parametrize("text", ["", "!?"])
def test_a_text_without_words_has_none(tiny_models, text):
    found = match_words(tiny(tiny_models["bert"], pooling="mean"), text, "garden")
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
    encoder = tiny(tiny_models["bert"], **options)
    with pytest.raises(ConfigError, match=f"is {named}, which does not split over tokens: choose"):
        match_words(encoder, "river", "garden")
