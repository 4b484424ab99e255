"""Which items stand together in histories, and which follow one another."""

import numpy as np
import scipy.sparse as sp

from tesserec.recommenders.profiles import NEGLIGIBLE, Profiles

# Bytes that a pair of items of one history takes, at most, while pairs are counted.
PAIR_BYTES = 24


def co_occurrences(profiles: Profiles, max_memory_gb: float) -> sp.csr_array:
    """Return `X'X` of the binary histories: how many people have both items, (items, items).

    Takes the time of all pairs of items of one history, so a long history costs the square of its length.
    Where the pairs could take more than `max_memory_gb`, only the last items of the longest histories are
    counted, as many of each as fit.

    Args:
        profiles: Histories without dislikes.
        max_memory_gb: GiB that the pairs may take.
    """
    lengths = profiles.lengths
    longest = _longest_that_fits(lengths, max_memory_gb * 2**30 / PAIR_BYTES)
    from_the_end = np.repeat(profiles.indptr[1:], lengths) - np.arange(len(profiles.items))
    counted = from_the_end <= longest
    entries = (np.ones(counted.sum(), np.float32), (profiles.rows[counted], profiles.items[counted]))
    histories = sp.csr_array(entries, shape=(len(profiles), profiles.n_items))
    return sp.csr_array(histories.T @ histories)


def _longest_that_fits(lengths: np.ndarray, pairs: float) -> int:
    """Return the largest cut of histories, at least 1, after which they have at most so many pairs."""
    fits, fails = 1, int(lengths.max(initial=1)) + 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if (np.minimum(lengths, middle).astype(float) ** 2).sum() <= pairs:
            fits = middle
        else:
            fails = middle
    return fits


def successions(
    profiles: Profiles, source_half_life: float, target_half_life: float
) -> tuple[sp.csr_array, sp.csr_array]:
    """Return `S'S` and `S'T` over all prefixes of the histories, both (items, items).

    A prefix has a row in `S` with its items, weighted `s ** age`, and one in `T` with the items that follow,
    weighted `t ** distance`, where `s` and `t` are the decays of the half-lives. Neither is ever made: two
    entries that stand `lag` apart, the later one with `after` entries behind it, meet in many prefixes, and
    their products there are geometric series:

    - in `S'S`: `s ** lag · (1 - s ** (2 · after)) / (1 - s²)`, from either one to the other;
    - in `S'T`: `s ** (lag - 1) + s ** (lag - 2) · t + ... + t ** (lag - 1)`, from the earlier to the later.

    Takes time of the entries times the lags, which end where nothing more than a thousandth is left.

    Args:
        profiles: Histories without dislikes, oldest item first.
        source_half_life: Items after which an earlier item counts half.
        target_half_life: Items after which a later item counts half.
    """
    source, target = 0.5 ** (1 / source_half_life), 0.5 ** (1 / target_half_life)
    reach = int(np.ceil(max(source_half_life, target_half_life) * np.log2(1 / NEGLIGIBLE)))
    users, after = profiles.rows, np.repeat(profiles.indptr[1:], profiles.lengths)
    after = after - 1 - np.arange(len(profiles.items))
    # An entry with itself is half of what it adds to the diagonal, because the sum is mirrored.
    half = cross = sp.csr_array((profiles.n_items, profiles.n_items), dtype=np.float32)
    for lag in range(min(reach, int(profiles.lengths.max(initial=1)) - 1) + 1):
        later = np.flatnonzero(users[lag:] == users[: len(users) - lag]) + lag
        met = source**lag * (1 - source ** (2.0 * after[later])) / (1 - source**2)
        half = half + _count(profiles, later - lag, later, met / 2 if lag == 0 else met)
        if lag:
            series = (source ** np.arange(lag) * target ** np.arange(lag)[::-1]).sum()
            cross = cross + _count(profiles, later - lag, later, np.full(len(later), series))
    return sp.csr_array(half + half.T), cross


def _count(profiles: Profiles, earlier: np.ndarray, later: np.ndarray, values: np.ndarray) -> sp.csr_array:
    places = (profiles.items[earlier], profiles.items[later])
    shape = (profiles.n_items, profiles.n_items)
    return sp.csr_array((values.astype(np.float32), places), shape=shape)
