"""Independent, reproducible random streams: one per seed, purpose and part."""

import zlib

import numpy as np


def generator(seed: int, purpose: str, part: int = 0) -> np.random.Generator:
    """Return the random stream of one purpose, independent of all others.

    A stream of its own per purpose and part means that more people, or another number of parts drawn before,
    do not change what a part draws.

    Args:
        seed: The seed of the whole simulation.
        purpose: What the numbers are for, such as `"people"`.
        part: Number of the part within the purpose.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), part])


def pick(shares: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Choose an index per draw by inverting the cumulative shares.

    Args:
        shares: Non-negative weights, not all zero, shape (choices,).
        draws: Uniform numbers in [0, 1), any shape.

    Returns:
        Indices in [0, choices), of the shape of `draws`.
    """
    cumulative = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(cumulative, draws, side="right"), len(shares) - 1)


def happens(chance: float | np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Say for each of `count` cases whether something of the given chance happens.

    Args:
        chance: The probability, one for all or of shape (count,).
        count: Number of cases.
        random: The random stream.

    Returns:
        Booleans, shape (count,).
    """
    return random.random(count) < chance
