"""A catalog entry for a JSON document that may not be there yet."""

import json
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset
from kedro_datasets._typing import JSONPreview

from tesserec.catalog.text import TextDataset


class DocumentDataset(AbstractDataset[dict[str, Any], dict[str, Any]]):
    """A JSON document, empty until it is first written, replaced whole or not at all.

    Args:
        filepath: The file.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self._text = TextDataset(filepath=filepath)
        self.metadata = metadata

    def load(self) -> dict[str, Any]:
        """Read the document."""
        return json.loads(self._text.load()) if self._exists() else {}

    def preview(self) -> JSONPreview:
        """Return the document for Kedro-Viz."""
        return JSONPreview(json.dumps(self.load()))

    def save(self, data: dict[str, Any]) -> None:
        """Write the document."""
        self._text.save(json.dumps(data, ensure_ascii=False, indent=2))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
