"""A catalog entry for a text that people open, such as the report."""

import html
import os
import re
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset, DatasetError
from kedro_datasets._typing import HTMLPreview


class TextDataset(AbstractDataset[str, str]):
    """A UTF-8 text file, replaced whole or not at all: a killed run leaves the previous version.

    Args:
        filepath: The file.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> str:
        """Read the text."""
        if not self._exists():
            raise DatasetError(f"{self._filepath} does not exist: run the pipeline that writes it first")
        return self._filepath.read_text(encoding="utf-8")

    def preview(self) -> HTMLPreview:
        """Return the text for Kedro-Viz: Markdown, which it lays out, without its header; else verbatim."""
        text = self.load()
        if self._filepath.suffix == ".md":
            return HTMLPreview(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))
        return HTMLPreview(f"```\n{html.escape(text)}\n```")

    def save(self, data: str) -> None:
        """Write beside the file, then move over it."""
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._filepath.with_name(f".{self._filepath.name}.{os.getpid()}")
        try:
            scratch.write_text(data, encoding="utf-8")
            os.replace(scratch, self._filepath)
        finally:
            scratch.unlink(missing_ok=True)

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
