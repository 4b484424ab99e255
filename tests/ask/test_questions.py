import numpy as np
import pytest

from tesserec.ask import Reader
from tesserec.encoders.compression import Compression, VectorFormat

from ..encoders.planted import LetterEncoder


def reader(column: str = "contextual") -> Reader:
    return Reader(LetterEncoder(), column, Compression.none(3))


@pytest.mark.parametrize(
    ("text", "words", "vector"),
    [
        ("An <b>ABC</b> of&nbsp;cab", ["abc", "cab"], [1, 1, 1]),
        ("not a bad cab", ["not", "bad", "cab"], [3, 2, 1]),
        ("安静的故事 abc", ["安静", "故事", "abc"], [1, 1, 1]),
        ("   ", [], [0, 0, 0]),
    ],
)
def test_a_text_is_cleaned_cut_and_encoded(text, words, vector):
    question = reader().read(text)
    assert list(question.words) == words
    assert question.vector.tolist() == vector


def test_an_encoder_of_words_reads_words():
    assert reader("lexical").read("a bad cab in the bay").vector.tolist() == [3, 3, 1]


def test_a_question_loses_what_compressed_items_lost():
    sample = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    form = VectorFormat(codes="float32", dimensions=2, whitening=0.0)
    compression = Compression.fit(sample, form)
    asked = Reader(LetterEncoder(), "contextual", compression)
    assert asked.size == 2
    vectors = LetterEncoder().encode(["abbc"])
    assert np.allclose(asked.read("abbc").vector, compression.decompress(compression.compress(vectors))[0])
