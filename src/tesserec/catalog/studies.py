"""A catalog entry for the trials of a search."""

from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset

from tesserec.tuning import Studies, Trial


class StudiesDataset(AbstractDataset[Trial, Studies]):
    """An Optuna storage; a generator node yields trials, and each is on disk before the next is made.

    A storage without trials needs no file.

    Args:
        filepath: The SQLite file.
        metadata: Anything for plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        # Opening the storage takes longer than writing a trial.
        self._studies = Studies(self._filepath)
        self.metadata = metadata

    def load(self) -> Studies:
        """Open the storage."""
        return Studies(self._filepath)

    def save(self, data: Trial) -> None:
        """Append a trial."""
        self._studies.append(data)

    def _exists(self) -> bool:
        return self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
