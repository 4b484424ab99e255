"""Arrays one below the other that stay where they are."""

from collections.abc import Callable, Sequence

import numpy as np


class StackedRows:
    """Rows of several arrays by one running number, without copying the arrays together.

    Args:
        lengths: The number of rows of each array, (parts,).
        part: Returns an array, (rows, ...), by its number; memory-mapped ones stay on disk.
        like: An array of the same kind, for where there is none.
    """

    def __init__(self, lengths: Sequence[int], part: Callable[[int], np.ndarray], like: np.ndarray) -> None:
        self._part = part
        self._like = like[:0]
        self._starts = np.cumsum([0, *lengths])

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
            found[here] = self._part(number)[rows[here] - self._starts[number]]
        return found
