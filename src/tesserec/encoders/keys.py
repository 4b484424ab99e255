"""Hashes of texts, and sets of them that stay small and fast as they grow."""

import hashlib
from collections.abc import Iterable

import numpy as np

KEY = np.dtype("S16")


def content_keys(texts: Iterable[str]) -> np.ndarray:
    """Return the BLAKE2b hash of each text, 16 bytes, (texts,)."""
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return np.array([hashlib.blake2b(content, digest_size=16).digest() for content in encoded], dtype=KEY)


def find(keys: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return where each key stands among ascending ones, -1 for one that does not, (keys,)."""
    if not len(among):
        return np.full(len(keys), -1)
    found = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return np.where(among[found] == keys, found, -1)


class KeySet:
    """Keys to which more are added again and again, at 16 bytes each.

    It holds ascending arrays, each at least twice as long as the next, and merges the last ones: `n` keys in
    equal parts take `n log n` copies in all (O'Neil et al. 1996, "The log-structured merge-tree").

    Args:
        keys: Ascending keys to begin with, (n,).
    """

    def __init__(self, keys: np.ndarray) -> None:
        self._runs = [keys]

    def add(self, keys: np.ndarray) -> None:
        """Add keys that are not there yet, in any order."""
        self._runs.append(np.sort(keys))
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            short, long = self._runs.pop(), self._runs.pop()
            self._runs.append(np.insert(long, np.searchsorted(long, short), short))

    def holds(self, keys: np.ndarray) -> np.ndarray:
        """Tell which keys are there: bool, (keys,)."""
        return np.any([find(keys, run) >= 0 for run in self._runs], axis=0)
