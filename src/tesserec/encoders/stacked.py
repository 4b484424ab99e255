"""Arrays one below the other that stay where they are."""

from collections.abc import Sequence

import numpy as np


class StackedRows:
    """Rows of several arrays by one running number, without copying the arrays together.

    Args:
        parts: Arrays (rows, ...) that agree in all but their number of rows; memory-mapped ones stay on disk.
        like: Zero rows of the kind that the parts have, for where there is none.
    """

    def __init__(self, parts: Sequence[np.ndarray], like: np.ndarray) -> None:
        self._parts = list(parts)
        self._like = like[:0]
        self._starts = np.cumsum([0, *map(len, self._parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all of them together."""
        return (len(self), *self._like.shape[1:])

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """Return a copy of these rows, in this order: (rows, ...)."""
        rows = np.asarray(rows)
        found = np.empty((len(rows), *self._like.shape[1:]), dtype=self._like.dtype)
        part_of = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(part_of):
            here = part_of == number
            found[here] = self._parts[number][rows[here] - self._starts[number]]
        return found
