import logging
from pathlib import Path

import numpy as np
import pytest

from tesserec.encoders.keys import content_keys
from tesserec.encoders.store import StoredChunk, StoredVectors, VectorStore

from .planted import LetterEncoder, letters

TEXTS = ["ab", "c", "aaa", "abcabc", "b"]


def chunk(texts: list[str], encoder: LetterEncoder | None = None) -> StoredChunk:
    encoder = encoder or LetterEncoder()
    return StoredChunk(encoder.description, content_keys(texts), encoder.read(encoder.prepare(texts)))


def opened(folder: Path, encoder: LetterEncoder | None = None) -> StoredVectors:
    description = (encoder or LetterEncoder()).description
    return VectorStore(folder).vectors_of(description.digest, description.size)


@pytest.fixture
def store(tmp_path) -> Path:
    for texts in (TEXTS[:2], TEXTS[2:4], TEXTS[4:]):
        VectorStore(tmp_path / "store").append(chunk(texts))
    return tmp_path / "store"


def chunks_of(store: Path) -> list[Path]:
    return sorted(store.rglob("*.safetensors"))


def test_vectors_are_found_by_content_over_all_chunks(store):
    vectors = opened(store)
    asked = ["b", "unheard", "ab", "aaa"]
    places = vectors.places(content_keys(asked))
    assert (places >= 0).tolist() == [True, False, True, True]
    found = ["b", "ab", "aaa"]
    np.testing.assert_array_equal(vectors.vectors(places[places >= 0]), letters(found))
    counts = vectors.counts(places[places >= 0])
    assert counts["tokens"].tolist() == [1, 2, 3]
    assert counts["windows"].tolist() == [1, 1, 1]


def test_each_encoder_has_its_own_vectors(store):
    other = LetterEncoder("other weights")
    assert len(opened(store, other)) == 0
    VectorStore(store).append(chunk(["c"], other))
    assert (len(opened(store, other)), len(opened(store))) == (1, 5)


def test_the_same_chunks_make_the_same_files(store, tmp_path):
    for texts in (TEXTS[4:], TEXTS[:2], TEXTS[2:4], TEXTS[:2]):
        VectorStore(tmp_path / "again").append(chunk(texts))
    files = {path.relative_to(store): path.read_bytes() for path in store.rglob("*") if path.is_file()}
    again = tmp_path / "again"
    assert {
        path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()
    } == files


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "renamed header"])
def test_a_damaged_chunk_is_passed_over_and_made_again(store, caplog, damage):
    whole = {path: path.read_bytes() for path in chunks_of(store)}
    path, content = next(iter(whole.items()))
    middle = len(content) // 2
    path.write_bytes({
        "cut": content[:-1],
        "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "emptied": b"",
        "renamed header": content.replace(b"vectors", b"victors"),
    }[damage])  # fmt: skip
    with caplog.at_level(logging.WARNING):
        vectors = opened(store)
    assert f"{path} is damaged" in caplog.text
    lost = [text for text in TEXTS if vectors.places(content_keys([text]))[0] < 0]
    assert 1 <= len(lost) <= 2
    assert path.exists(), "who only reads removes nothing"
    path.with_name("unknown.safetensors").write_bytes(b"damaged as well")
    VectorStore(store).append(chunk(lost))
    VectorStore(store).append(StoredChunk.empty(LetterEncoder().description))
    assert {path: path.read_bytes() for path in chunks_of(store)} == whole
    assert len(opened(store)) == 5


def test_half_written_files_are_not_chunks(store):
    folder = chunks_of(store)[0].parent
    (folder / ".abc.partial").write_bytes(b"half")
    assert len(opened(store)) == 5
    VectorStore(store).append(StoredChunk.empty(LetterEncoder().description))
    assert not (folder / ".abc.partial").exists()
    assert len(opened(store)) == 5


def test_a_description_that_a_kill_prevented_is_written_with_the_next_chunk(store):
    described = next(store.rglob("encoder.json"))
    described.unlink()
    VectorStore(store).append(chunk(["more"]))
    assert described.exists()


def test_more_chunks_are_read_than_files_may_be_open(tmp_path):
    resource = pytest.importorskip("resource")
    texts = [f"a{number}" for number in range(150)]
    for text in texts:
        VectorStore(tmp_path / "store").append(chunk([text]))
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
    try:
        vectors = opened(tmp_path / "store")
        found = vectors.vectors(vectors.places(content_keys(texts)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    np.testing.assert_array_equal(found, letters(texts))


def test_a_chunk_without_texts_leaves_nothing(tmp_path):
    VectorStore(tmp_path / "store").append(StoredChunk.empty(LetterEncoder().description))
    assert not (tmp_path / "store").exists()
    assert opened(tmp_path / "store").vectors(np.array([], dtype=int)).shape == (0, 3)


def test_an_encoder_says_in_its_folder_what_it_is(store):
    described = next(store.rglob("encoder.json"))
    assert '"model": "abc"' in described.read_text(encoding="utf-8")
    assert described.parent.name == LetterEncoder().description.digest
