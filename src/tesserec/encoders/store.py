"""Vectors on disk, found by the content of their texts, that outlive the run that made them."""

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from safetensors.numpy import save

from tesserec.encoders.keys import KEY, find
from tesserec.encoders.protocol import Description, TextVectors
from tesserec.encoders.stacked import StackedRows
from tesserec.hashing import hash_file
from tesserec.state import map_arrays

logger = logging.getLogger(__name__)

_SUFFIX = ".safetensors"
_COUNTS = ("tokens", "windows", "truncated")


@dataclass(frozen=True)
class StoredChunk:
    """Vectors that are written together.

    Args:
        encoder: What made them.
        keys: `content_keys` of the texts, (texts,).
        made: The vectors, and what they took.
    """

    encoder: Description
    keys: np.ndarray
    made: TextVectors

    @classmethod
    def empty(cls, encoder: Description) -> Self:
        """Return a chunk without texts."""
        vectors, counts = np.empty((0, encoder.size), np.float32), np.empty(0, np.int32)
        return cls(encoder, np.empty(0, KEY), TextVectors(vectors, counts, counts, counts))


class VectorStore:
    """A folder of chunks of vectors, one sub-folder for each encoder.

    A chunk is a safetensors file whose name is the hash of its content. It is written beside its place,
    flushed and moved there, so a killed run leaves whole chunks only; and a chunk that is damaged later does
    not have the hash that its name says. Such a chunk is passed over, so that its texts count as new, and
    removed at the end of the next run that writes. The same chunks make the same files, bit for bit.

    Vectors of texts that are gone stay. Delete the folder, or an encoder's sub-folder, to be rid of them.

    One run at a time may write to a store.

    Args:
        folder: Where the store lies; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def vectors_of(self, digest: str, size: int) -> "StoredVectors":
        """Open the vectors of an encoder and check each chunk: about a second for a gigabyte, once a process.

        Args:
            digest: The encoder's `Description.digest`.
            size: The number of dimensions d.
        """
        sound, damaged = self._chunks(digest)
        for path in damaged:
            logger.warning("%s is damaged: what it held counts as new", path)
        return StoredVectors(sound, size)

    def _clean(self, digest: str) -> None:
        """Remove damaged chunks of an encoder, and what a killed run had begun to write."""
        _, damaged = self._chunks(digest)
        for path in (*damaged, *(self._folder / digest).glob(".*.partial")):
            path.unlink()

    def _chunks(self, digest: str) -> tuple[list[Path], list[Path]]:
        """Return the sound and the damaged chunks."""
        paths = sorted((self._folder / digest).glob(f"*{_SUFFIX}"))
        sound = [path for path in paths if hash_file(path) == path.stem]
        return sound, sorted(set(paths) - set(sound))

    def append(self, chunk: StoredChunk) -> None:
        """Write a chunk, whole or not at all; one without texts ends a run and removes what is damaged."""
        if not len(chunk.keys):
            self._clean(chunk.encoder.digest)
            return
        folder = self._folder / chunk.encoder.digest
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "encoder.json").exists():
            described = json.dumps(asdict(chunk.encoder), ensure_ascii=False, indent=1)
            _write(described.encode(), folder / "encoder.json")
        arrays = {name: getattr(chunk.made, name) for name in ("vectors", *_COUNTS)}
        keys = np.frombuffer(chunk.keys.tobytes(), np.uint8).reshape(-1, KEY.itemsize)
        content = save(arrays | {"keys": keys})
        _write(content, folder / (hashlib.sha256(content).hexdigest() + _SUFFIX))


class StoredVectors:
    """Vectors of one encoder by key, read from chunks that are mapped into memory while they are needed.

    The keys, 16 bytes a text, and their order, 8 bytes, are held in memory; vectors are not, nor are files
    kept open.

    Args:
        chunks: The files.
        size: The number of dimensions d.
    """

    def __init__(self, chunks: Sequence[Path], size: int) -> None:
        unordered = [map_arrays(path)["keys"].copy().view(KEY).ravel() for path in chunks]
        together = np.concatenate([*unordered, np.empty(0, KEY)])
        self.size = size
        self._order = np.argsort(together, kind="stable")
        self.keys = together[self._order]
        likes = {"vectors": np.empty((0, size), np.float32)} | dict.fromkeys(_COUNTS, np.empty(0, np.int32))
        lengths = [len(keys) for keys in unordered]
        self._stacks = {
            name: StackedRows(lengths, partial(_mapped, chunks, name), like) for name, like in likes.items()
        }

    def __len__(self) -> int:
        return len(self.keys)

    def places(self, keys: np.ndarray) -> np.ndarray:
        """Return where each key stands in `keys`, -1 for one that is not there, (keys,)."""
        return find(keys, self.keys)

    def vectors(self, places: np.ndarray) -> np.ndarray:
        """Return the vectors at `places`, float32, (places, d)."""
        return self._stacks["vectors"][self._order[places]]

    def counts(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """Return tokens, windows and truncated tokens of the texts at `places`, int32, (places,) each."""
        return {name: self._stacks[name][self._order[places]] for name in _COUNTS}


def _mapped(chunks: Sequence[Path], name: str, number: int) -> np.ndarray:
    return map_arrays(chunks[number])[name]


def _write(content: bytes, path: Path) -> None:
    # Its name is that of the chunk, so what a killed run leaves is overwritten when the chunk is made again.
    scratch = path.with_name(f".{path.name}.partial")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)
