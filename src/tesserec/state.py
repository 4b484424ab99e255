"""Write fitted objects as safetensors and JSON, never as pickles, and never half-way.

An object takes part by two methods: `state()` gives its arrays and its JSON-able configuration, and the class
method `from_state(arrays, config)` builds it again.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from safetensors.numpy import load_file, save_file

# The kinds of numbers that are mapped, by the names that safetensors has for them.
_DTYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "i1", "U8": "u1"}

Arrays = Mapping[str, np.ndarray]
Config = Mapping[str, Any]


class Stateful(Protocol):
    """What can be written to a folder and read back."""

    def state(self) -> tuple[Arrays, Config]:
        """Return the arrays by name and a JSON-able configuration."""
        ...

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the object that `state` described."""
        ...


AnyStateful = TypeVar("AnyStateful", bound=Stateful)


def save_state(thing: Stateful, folder: Path) -> None:
    """Write an object to `folder` as `arrays.safetensors` and `config.json`.

    The folder appears whole or not at all: it is written beside its place and moved there at the end, so a
    killed run leaves the previous version.
    """
    arrays, config = thing.state()
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()},
                  scratch / "arrays.safetensors")  # fmt: skip
        (scratch / "config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def load_state(kind: type[AnyStateful], folder: Path) -> AnyStateful:
    """Read an object of class `kind` that `save_state` wrote to `folder`."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return kind.from_state(load_file(folder / "arrays.safetensors"), config)


def digest_states(*states: tuple[Arrays, Config]) -> str:
    """Hash what `state` methods gave: 32 hexadecimal digits, equal for equal numbers, types and shapes."""
    digest = hashlib.blake2b(digest_size=16)
    for arrays, config in states:
        digest.update(json.dumps(config, sort_keys=True).encode())
        for name, array in sorted(arrays.items()):
            digest.update(f"{name} {array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def map_arrays(path: Path) -> dict[str, np.ndarray]:
    """Map the arrays of a safetensors file into memory: what is not touched is not read.

    Format: https://huggingface.co/docs/safetensors, eight bytes with the length of a JSON header, the header,
    the arrays.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    content = np.memmap(path, mode="r", offset=8 + length)
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        arrays[name] = content[start:end].view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays
