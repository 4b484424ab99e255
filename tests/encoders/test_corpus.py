import threading
from typing import ClassVar

import numpy as np
import pytest

from tesserec.encoders import corpus
from tesserec.encoders.corpus import encode_chunks, new_chunks
from tesserec.encoders.keys import content_keys

from .planted import LetterEncoder, letters

NONE = content_keys([])


def texts_of(batches: list[list[str]], known: np.ndarray = NONE) -> list[list[str]]:
    return [chunk.texts for chunk in new_chunks(batches, known, 20)]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(corpus, "CHUNK_TEXTS", 3)


def test_each_new_text_comes_once_in_its_order(small_chunks):
    batches = [["a", "b", " ", "a"], ["b", "c", "d", "", "a"], ["e", "d", "f", "g"]]
    assert texts_of(batches) == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert texts_of(batches, np.sort(content_keys(["d", "b"]))) == [["a", "c", "e"], ["f", "g"]]
    assert texts_of([]) == texts_of([[" ", "\n"]]) == []


def test_long_texts_make_short_chunks(small_chunks):
    assert texts_of([["x" * 30, "a", "y" * 19, "b"]]) == [["x" * 30], ["a", "y" * 19], ["b"]]


def test_chunks_do_not_depend_on_batches_nor_on_an_interruption(small_chunks):
    texts = [str(number % 17) for number in range(40)]
    whole = texts_of([texts])
    assert texts_of([texts[:7], texts[7:9], [], texts[9:]]) == whole
    for done in range(len(whole)):
        known = np.sort(content_keys([text for chunk in whole[:done] for text in chunk]))
        assert texts_of([texts], known) == whole[done:]


def test_a_text_of_a_finished_chunk_is_known_in_the_same_batch(small_chunks):
    assert texts_of([["a", "b", "c", "a", "d"], ["b", "e"]]) == [["a", "b", "c"], ["d", "e"]]


def test_encoding_keeps_order_and_counts(small_chunks):
    encoder = LetterEncoder()
    batches = [["ab", "c", "ab"], ["bbb", "a"]]
    made = list(encode_chunks(new_chunks(batches, NONE, 20), [encoder], total=5))
    assert encoder.read_texts == [["ab", "c", "bbb"], ["a"]]
    np.testing.assert_array_equal(made[0].made.vectors, letters(["ab", "c", "bbb"]))
    assert made[1].keys.tolist() == content_keys(["a"]).tolist()
    assert made[1].encoder == encoder.description


def test_the_next_chunk_is_prepared_while_one_is_read(small_chunks):
    class Meeting(LetterEncoder):
        """Reads the first chunk only when the second is prepared."""

        def __init__(self) -> None:
            super().__init__()
            self.second = threading.Event()

        def prepare(self, texts):
            if texts == ["d"]:
                self.second.set()
            return super().prepare(texts)

        def read(self, prepared, progress):
            assert self.second.wait(10), "nobody prepared the second chunk"
            return super().read(prepared, progress)

    assert len(list(encode_chunks(new_chunks([["a", "b", "c", "d"]], NONE, 20), [Meeting()], total=4))) == 2


def test_an_error_of_the_encoder_comes_through(small_chunks):
    class Broken(LetterEncoder):
        def prepare(self, texts):
            raise MemoryError("too long")

    with pytest.raises(MemoryError, match="too long"):
        list(encode_chunks(new_chunks([["a"]], NONE, 20), [Broken()], total=1))


def test_each_of_several_encoders_reads_one_chunk_at_a_time_and_order_stays(small_chunks):
    together = threading.Barrier(2)

    class OneOfTwo(LetterEncoder):
        """Reads only while its copy reads as well."""

        reading = False

        def read(self, prepared, progress):
            assert not self.reading
            self.reading = True
            together.wait(10)
            self.reading = False
            return super().read(prepared, progress)

    texts = [f"{'abc'[number % 3]}{number}" for number in range(12)]
    pair = [OneOfTwo(), OneOfTwo()]
    made = list(encode_chunks(new_chunks([texts], NONE, 20), pair, total=12))
    np.testing.assert_array_equal(np.concatenate([chunk.made.vectors for chunk in made]), letters(texts))
    assert [len(encoder.read_texts) for encoder in pair] == [2, 2]


def test_no_more_chunks_are_held_than_encoders_and_one(small_chunks):
    taken = []

    def stream():
        for number in range(30):
            taken.append(number)
            yield [str(number)]

    stream_of_chunks = encode_chunks(new_chunks(stream(), NONE, 20), [LetterEncoder()], total=30)
    next(stream_of_chunks)
    assert len(taken) <= 3 * 3
    stream_of_chunks.close()


def test_chunks_grow_with_the_batches_of_the_encoder():
    assert corpus.chunk_characters(65_536) == 32 * corpus.chunk_characters(2048) == 32 * 524_288


@pytest.mark.parametrize(("texts", "loads"), [(["a"], 1), ([" ", ""], 0)])
def test_encoders_are_loaded_before_any_reads_and_only_if_something_is_new(texts, loads):
    class Loading(LetterEncoder):
        loaded: ClassVar[list[str]] = []

        def load(self) -> None:
            self.loaded.append(threading.current_thread().name)

        def read(self, prepared, progress):
            assert len(self.loaded) == 2
            return super().read(prepared, progress)

    Loading.loaded.clear()
    list(encode_chunks(new_chunks([texts], NONE, 20), [Loading(), Loading()], total=1))
    assert Loading.loaded == [threading.main_thread().name] * 2 * loads
