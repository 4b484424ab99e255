import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from tesserec.encoders import corpus, ray_data
from tesserec.encoders.corpus import encode_chunks, new_chunks
from tesserec.encoders.keys import content_keys
from tesserec.encoders.protocol import Description
from tesserec.encoders.ray_cluster import Cluster
from tesserec.encoders.ray_data import encode_chunks_on_ray
from tesserec.encoders.store import StoredChunk, VectorStore
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError

from .conftest import WORDS
from .planted import LetterEncoder, letters

LETTERS = LetterEncoder().description


@pytest.fixture(autouse=True, scope="module")
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "CHUNK_TEXTS", 30)
        yield


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def in_process(monkeypatch):
    """A pool of one worker without Ray; returns what it was asked for, and `stopped` when it was."""
    asked = []

    def answers(paths, build, description, cluster):
        if not paths:
            return
        asked.append(cluster)
        worker = ray_data._Worker(build, description, cluster.cpus_per_worker)
        try:
            for path in paths:
                yield worker(pa.table({"path": [str(path)]}))
        finally:
            asked.append("stopped")

    monkeypatch.setattr(ray_data, "import_ray", lambda: None)
    monkeypatch.setattr(ray_data, "_answers", answers)
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")
    return asked


def chunks_of(texts: list[str]):
    return new_chunks([texts], content_keys([]), 2_000_000)


def texts_of_many_lengths(count: int) -> list[str]:
    chances = np.random.default_rng(5)
    return [" ".join(chances.choice(WORDS, chances.integers(1, 60))) for _ in range(count)]


def files(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.rglob("*") if path.is_file()}


def stored(chunks: list[StoredChunk], folder: Path) -> dict[str, bytes]:
    for chunk in chunks:
        VectorStore(folder).append(chunk)
    return files(folder)


TEXTS = texts_of_many_lengths(210)


def build(folder: Path) -> TransformerEncoder:
    class Choosy(TransformerEncoder):  # pickled by value: workers do not know this module
        def prepare(self, texts):
            if texts == ["refused"]:
                raise ConfigError("choose other texts")
            if texts[0] == TEXTS[0]:
                time.sleep(1)  # the second chunk is ready before the first
            return super().prepare(texts)

    return Choosy(str(folder), window_overlap=4, batch_tokens=128)


@pytest.fixture(scope="module")
def encoder(tiny_models):
    return build(tiny_models["bert"])


@pytest.fixture(scope="module")
def run(encoder, tiny_models, tmp_path_factory):
    """What two workers made of seven chunks, the error of one that they cannot read, and what is left."""
    ray = pytest.importorskip("ray")
    staging, made = tmp_path_factory.mktemp("staging"), []
    stream = encode_chunks_on_ray(
        chunks_of([*TEXTS, "refused"]),
        partial(build, tiny_models["bert"]),
        encoder.description,
        len(TEXTS) + 1,
        staging,
        Cluster(workers=2),
    )
    with pytest.raises(ConfigError) as error:
        made.extend(stream)
    if "no cluster starts" in str(error.value):
        pytest.skip(str(error.value))  # Ray gives itself half a minute, too little for a very busy machine
    assert not ray.is_initialized()
    return made, error.value, list(staging.iterdir())


def test_vectors_are_those_of_this_process_bit_for_bit_and_in_order(run, encoder, tmp_path):
    there, _, _ = run
    here = list(encode_chunks(chunks_of(TEXTS), [encoder], len(TEXTS)))
    assert len(here) == len(there) == 7
    for ours, theirs in zip(here, there, strict=True):
        assert ours.encoder == theirs.encoder
        assert ours.keys.tobytes() == theirs.keys.tobytes()
        for name, values in vars(ours.made).items():
            np.testing.assert_array_equal(getattr(theirs.made, name), values, name, strict=True)
    assert stored(here, tmp_path / "here") == stored(there, tmp_path / "there")


def test_an_error_of_a_worker_comes_as_it_is_and_nothing_is_left(run):
    _, error, left = run
    assert (type(error), str(error)) == (ConfigError, "choose other texts")
    assert left == []


def test_chunks_come_back_with_their_keys_and_counts(in_process, tmp_path):
    texts = ["abc" * number for number in range(1, 71)]
    cluster = Cluster(workers=3, gpus_per_worker=0.5)
    made = list(encode_chunks_on_ray(chunks_of(texts), LetterEncoder, LETTERS, 70, tmp_path, cluster))
    assert [len(chunk.keys) for chunk in made] == [30, 30, 10]
    np.testing.assert_array_equal(np.concatenate([chunk.made.vectors for chunk in made]), letters(texts))
    assert np.concatenate([chunk.keys for chunk in made]).tolist() == content_keys(texts).tolist()
    assert [chunk.made.tokens[0] for chunk in made] == [3, 93, 183]
    assert [chunk.made.padding for chunk in made] == [1, 1, 1]
    assert in_process == [cluster, "stopped"]
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_is_new_no_cluster_is_needed(in_process, tmp_path):
    assert list(encode_chunks_on_ray(chunks_of([" "]), LetterEncoder, LETTERS, 1, tmp_path, Cluster())) == []
    assert in_process == []


def test_who_stops_early_leaves_no_texts_behind(in_process, tmp_path):
    folder = tmp_path / "texts_for_ray"
    folder.mkdir()
    (folder / "00000009.parquet").write_text("of a run that was killed")
    texts = [str(number) for number in range(100)]
    stream = encode_chunks_on_ray(chunks_of(texts), LetterEncoder, LETTERS, 100, tmp_path, Cluster())
    assert len(next(stream).keys) == 30
    assert sorted(path.name for path in folder.iterdir()) == [f"{number:08d}.parquet" for number in range(4)]
    stream.close()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_with_another_model_is_refused(in_process, tmp_path):
    other = Description("letters", "abc", None, "others", 3)
    stream = encode_chunks_on_ray(chunks_of(["a"]), LetterEncoder, other, 1, tmp_path, Cluster())
    with pytest.raises(
        ConfigError, match=r"another encoder than this machine \(fingerprint letters, not others\)"
    ) as error:
        next(stream)
    # At once, while Ray is there, and not when the error and the frames that it holds are forgotten.
    assert (error.type, in_process[-1]) == (ConfigError, "stopped")


def test_a_worker_prepares_a_chunk_while_it_reads_another(in_process, tmp_path):
    reads_first, second_prepared, made = threading.Event(), threading.Event(), []

    class Meeting(LetterEncoder):
        """Reads the first chunk only when the second is prepared."""

        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def prepare(self, texts):
            if texts == ["b"]:
                second_prepared.set()
            return super().prepare(texts)

        def read(self, prepared, progress=None):
            reads_first.set()
            assert second_prepared.wait(10), "nobody prepared the second chunk"
            return super().read(prepared)

    def answer(text):
        pa.parquet.write_table(pa.table({"text": [text]}), tmp_path / text)
        return worker(pa.table({"path": [str(tmp_path / text)]}))

    worker = ray_data._Worker(Meeting, LETTERS, threads=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, "a")
        assert reads_first.wait(10)
        second = pool.submit(answer, "b")
        assert (first.result().num_rows, second.result().num_rows) == (1, 1)
    assert len(made) == 1
    assert os.environ["RAYON_NUM_THREADS"] == "1"
