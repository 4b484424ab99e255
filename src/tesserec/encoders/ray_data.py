"""Encode in many processes, on one machine or several: Ray Data hands chunks to a pool of workers."""

import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from tqdm import tqdm

from tesserec.encoders.corpus import CHUNK_TEXTS, TextChunk
from tesserec.encoders.keys import KEY, content_keys
from tesserec.encoders.protocol import Description, Encoder, TextVectors
from tesserec.encoders.ray_cluster import Cluster, connection, import_ray
from tesserec.encoders.store import StoredChunk
from tesserec.errors import ConfigError, TesserecError

_CHUNKS_PER_WORKER = 2  # one is prepared while another is read
_LEAST_OBJECT_STORE = 500_000_000
_INT32 = np.dtype(np.int32)
_ANSWER = {
    "keys": KEY,
    "vectors": np.dtype(np.float32),
    "tokens": _INT32,
    "windows": _INT32,
    "truncated": _INT32,
    "padding": np.dtype(np.int64),
}


def encode_chunks_on_ray(
    chunks: Iterable[TextChunk],
    build: Callable[[], Encoder],
    description: Description,
    total: int,
    staging: Path,
    cluster: Cluster,
) -> Iterator[StoredChunk]:
    """Encode chunks by a pool of Ray Data and yield them in their order, as `encode_chunks` does.

    Each chunk becomes a Parquet file; then the names of all files stream through the pool, and vectors are
    yielded as they come back. A worker reads, encodes and answers a file as one unit, so vectors are bit for
    bit those of an encoder that computes here with as many threads; with another number of them, or on other
    processors, rounding may differ. The model is loaded once in each worker. The chunk of a worker that is
    lost goes to another.

    On disk it takes the new texts, compressed; here the memory of one chunk, in the cluster that of some
    chunks for each worker: the pool waits while vectors are not fetched. A cluster that is started for the
    run takes some ten seconds, and none is started where nothing is new.

    Args:
        chunks: Texts to encode.
        build: Makes the encoder in a worker; it is pickled, so what it names must be installed there.
        description: What the encoder is.
        total: Texts of the whole stream, for the bar.
        staging: A folder that every machine sees under this path; the files lie in a folder of their own in
            it, which is removed at the end. One run at a time may use it.
        cluster: The workers.

    Raises:
        ConfigError: If Ray is not installed, the cluster cannot be reached, this machine has not the GPUs for
            one, or a worker makes no encoder or another one.
    """
    import_ray()  # that it is missing is told before anything is written
    with (
        _own_folder(staging.resolve() / "texts_for_ray") as folder,
        tqdm(total=total, desc="encoding", unit=" texts") as bar,
    ):
        staged = [_stage(chunk, folder / f"{number:08d}.parquet") for number, chunk in enumerate(chunks)]
        answers = _answers([path for path, _ in staged], build, description, cluster)
        with closing(answers):
            for (_, rows), answer in zip(staged, answers, strict=True):
                bar.update(rows)
                yield _unpacked(answer, description)
        bar.update(total - bar.n)


class _Worker:
    """Encodes the files that it is given, with a copy of the encoder that it makes for the first one."""

    def __init__(self, build: Callable[[], Encoder], description: Description, threads: int) -> None:
        self._build, self._description = build, description
        self._encoder: Encoder | None = None
        self._building, self._reading = Lock(), Lock()
        os.environ["RAYON_NUM_THREADS"] = str(threads)  # tokenizers would take every processor otherwise
        torch.set_num_threads(threads)

    def __call__(self, file: pa.Table) -> pa.Table:
        texts = pq.read_table(file["path"][0].as_py())["text"].to_pylist()
        try:
            made = self._encode(texts)
        except TesserecError as error:
            # Raised here, it would reach the user as one of many lines of Ray's.
            return pa.table({"problem": [str(error)]})
        return _packed(content_keys(texts), made)

    def _encode(self, texts: list[str]) -> TextVectors:
        with self._building:
            if self._encoder is None:
                self._encoder = self._build()
                _check_same(self._encoder.description, self._description)
        ready = self._encoder.prepare(texts)
        with self._reading:
            return self._encoder.read(ready)


def _check_same(there: Description, here: Description) -> None:
    if there.digest != here.digest:
        names = [name for name in vars(here) if getattr(there, name) != getattr(here, name)]
        differences = ", ".join(f"{name} {getattr(there, name)}, not {getattr(here, name)}" for name in names)
        raise ConfigError(
            f"token_encoding.ray: a worker has another encoder than this machine ({differences}): "
            "set precision to what both can do instead of auto, and install the same model on all"
        )


def _answers(
    paths: list[Path], build: Callable[[], Encoder], description: Description, cluster: Cluster
) -> Generator[pa.Table, None, None]:
    """Yield what the workers make of each file, in the order of the files: one row, which nothing splits."""
    if not paths:
        return
    # Ray Data fills half of it with chunks that are under way or wait to be fetched.
    object_store = 4 * _CHUNKS_PER_WORKER * cluster.workers * CHUNK_TEXTS * description.size * 4
    with connection(cluster, max(object_store, _LEAST_OBJECT_STORE)) as ray:
        # Not `read_parquet`: it makes one task of several files, and takes processors beside the pool's.
        files = ray.data.from_items([{"path": str(path)} for path in paths], override_num_blocks=len(paths))
        answers = files.map_batches(
            _Worker,
            fn_constructor_args=(build, description, cluster.cpus_per_worker),
            compute=ray.data.ActorPoolStrategy(
                size=cluster.workers,
                max_tasks_in_flight_per_actor=_CHUNKS_PER_WORKER,
                max_concurrent_calls_per_actor=_CHUNKS_PER_WORKER,
                enable_true_multi_threading=True,
            ),
            batch_size=1,
            batch_format="pyarrow",
            num_cpus=cluster.cpus_per_worker,
            num_gpus=cluster.gpus_per_worker or None,
        )
        answers.context.execution_options.preserve_order = True
        answers.context.enable_progress_bars = False
        answers.context.print_on_execution_start = False
        yield from answers.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=0)


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    """Make an empty folder for the time of the block."""
    shutil.rmtree(folder, ignore_errors=True)  # a killed run leaves its own
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stage(chunk: TextChunk, path: Path) -> tuple[Path, int]:
    """Write the texts of a chunk; return where they are, and how many were looked through for them."""
    pq.write_table(pa.table({"text": chunk.texts}), path, compression="zstd")
    return path, chunk.rows


def _packed(keys: np.ndarray, made: TextVectors) -> pa.Table:
    arrays = {**vars(made), "keys": keys}
    content = {name: np.asarray(arrays[name], dtype).tobytes() for name, dtype in _ANSWER.items()}
    return pa.table({name: pa.array([value], pa.large_binary()) for name, value in content.items()})


def _unpacked(answer: pa.Table, description: Description) -> StoredChunk:
    if "problem" in answer.column_names:
        raise ConfigError(answer["problem"][0].as_py())
    # Copied out of Ray's memory, which goes away with the cluster.
    arrays = {name: np.frombuffer(answer[name][0].as_py(), dtype) for name, dtype in _ANSWER.items()}
    vectors = arrays["vectors"].reshape(-1, description.size)
    counts = (arrays["tokens"], arrays["windows"], arrays["truncated"])
    return StoredChunk(description, arrays["keys"], TextVectors(vectors, *counts, int(arrays["padding"][0])))
