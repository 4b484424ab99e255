import numpy as np
import pytest

from tesserec.encoders.compression import Compression
from tesserec.encoders.corpus import encode_chunks, new_chunks
from tesserec.encoders.gathering import gather
from tesserec.encoders.keys import content_keys
from tesserec.encoders.store import StoredVectors, VectorStore
from tesserec.errors import DataError

from .planted import LetterEncoder, letters

IDS = np.array(["1", "2", "3", "4", "5"], dtype=object)
TEXTS = ["ab", "", "ab", "cc", "aaa"]


@pytest.fixture
def stored(tmp_path) -> StoredVectors:
    encoder, store = LetterEncoder(), VectorStore(tmp_path)
    for chunk in encode_chunks(new_chunks([TEXTS, ["of somebody else"]], content_keys([]), 99), [encoder], 6):
        store.append(chunk)
    return store.vectors_of(encoder.description.digest, 3)


def test_every_id_gets_the_vector_of_its_text(stored):
    parts = list(gather([(IDS[:3], TEXTS[:3]), (IDS[3:], TEXTS[3:])], stored, Compression.none(3)))
    assert [list(part.ids) for part, _ in parts] == [["1", "2", "3"], ["4", "5"]]
    np.testing.assert_array_equal(np.concatenate([part.codes for part, _ in parts]), letters(TEXTS))


def test_texts_are_counted_over_all_parts_each_once(stored):
    *_, (_, counted) = gather([(IDS[:2], TEXTS[:2]), (IDS[2:], TEXTS[2:])], stored, Compression.none(3))
    assert (counted.texts, counted.empty_texts, counted.unique_texts) == (5, 1, 3)
    assert (counted.tokens, counted.windows, counted.windowed_texts) == (2 + 2 + 3, 3, 0)


@pytest.mark.parametrize("cut", [1, 3])
def test_an_id_that_repeats_is_named(stored, cut):
    ids = np.array(["1", "2", "1"], dtype=object)
    batches = [(ids[:cut], TEXTS[:cut]), (ids[cut:], TEXTS[cut:3])]
    with pytest.raises(DataError, match="the id '1' stands in more than one row"):
        list(gather(batches, stored, Compression.none(3)))


def test_a_text_without_a_vector_is_named(stored):
    with pytest.raises(DataError, match="2 texts have no vector yet, the first is that of '2'"):
        list(gather([(IDS[:3], ["ab", "unheard", "unheard too"])], stored, Compression.none(3)))
