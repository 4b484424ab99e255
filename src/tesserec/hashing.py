"""Hashes of ids, tables and files that are the same on every machine and in every version of pandas."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

Hashes = np.ndarray  # of uint64


def hash_strings(values: pd.Series) -> Hashes:
    """Hash a column of strings; missing values have a hash of their own.

    Args:
        values: strings (n,), None or NaN where missing.

    Returns:
        One 64-bit BLAKE2b hash per value (n,).
    """
    codes, unique = pd.factorize(values)
    hashes = [int.from_bytes(hashlib.blake2b(str(text).encode(), digest_size=8).digest()) for text in unique]
    # Code -1 stands for missing and picks the last entry.
    return np.array([*hashes, 0], dtype=np.uint64)[codes]


def hash_numbers(values: pd.Series) -> Hashes:
    """Hash a column of numbers by their value as float64; all NaN are equal, and so are 0.0 and -0.0."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
    return np.where(np.isnan(numbers), np.uint64(1), numbers.view(np.uint64))


def mix(*columns: Hashes) -> Hashes:
    """Combine hashes row by row, each position with a weight of its own (finaliser of SplitMix64).

    Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    mixed = np.zeros_like(columns[0])
    for column in columns:
        mixed = (mixed ^ column) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def digest_rows(rows: Hashes) -> str:
    """Hash a table by the hashes of its rows, in any order: 32 hexadecimal digits."""
    return hashlib.blake2b(np.sort(rows).astype("<u8").tobytes(), digest_size=16).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file: 64 hexadecimal digits.

    A file is read once for each state that it is in, because it may be written anew while the process lives.
    """
    state = path.stat()
    return _hash_file(path, state.st_size, state.st_mtime_ns)


@cache
def _hash_file(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
