"""A catalog entry for fitted objects: safetensors and JSON in a folder, no pickle."""

from importlib import import_module
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset, DatasetError

from tesserec.state import Stateful, load_state, save_state


class StateDataset(AbstractDataset[Stateful, Stateful]):
    """Saves an object with `state` and `from_state` methods to a folder, whole or not at all.

    Args:
        filepath: The folder.
        kind: Dotted path of the object's class, such as `tesserec.encoders.Embeddings`.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, kind: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        module, _, name = kind.rpartition(".")
        self._kind = getattr(import_module(module), name)
        self.metadata = metadata

    def load(self) -> Stateful:
        """Read the object."""
        if not self._exists():
            raise DatasetError(f"{self._filepath} does not exist: run the pipeline that writes it first")
        return load_state(self._kind, self._filepath)

    def save(self, data: Stateful) -> None:
        """Write the object."""
        save_state(data, self._filepath)

    def _exists(self) -> bool:
        return (self._filepath / "config.json").exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "kind": f"{self._kind.__module__}.{self._kind.__name__}"}
