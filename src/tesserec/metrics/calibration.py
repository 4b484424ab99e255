"""Whether a list has the mix of categories that the person's history has."""

import numpy as np
import scipy.sparse as sp

from tesserec.metrics.ranking import NO_ITEM

# Part of the history in the smoothed list: a category that the list lacks costs much, but not infinitely.
SMOOTHING = 0.01


def category_mix(chosen: sp.csr_array, categories: sp.csr_array) -> sp.csr_array:
    """Return the share of each category in what people chose or are shown.

    An item of several categories counts in each by an equal part; one without any counts nowhere.

    Args:
        chosen: (users, items), above 0 where an item counts.
        categories: (items, categories), non-zero where an item is in a category.

    Returns:
        (users, categories) float64; each row sums to 1, or to 0 where no item has a category.
    """
    parts = _unit_sums(sp.csr_array(categories != 0, dtype=np.float64))
    held = sp.csr_array(chosen > 0, dtype=np.float64)
    return _unit_sums(sp.csr_array(held @ parts))


def calibration(top_items: np.ndarray, history_mix: sp.csr_array, categories: sp.csr_array) -> np.ndarray:
    """Kullback-Leibler divergence of each list's mix of categories from that of the history (Steck 2018).

    With the shares `p` of the history and `q` of the list: `sum_g p_g ln(p_g / ((1 - a) q_g + a p_g))` with
    `a = 0.01`, the paper's C_KL with equal weights of all items.

    Args:
        top_items: (users, k) item positions, -1 where there is no item.
        history_mix: (users, categories) as `category_mix` gives it.
        categories: (items, categories), non-zero where an item is in a category.

    Returns:
        (users,) float64 in nats, from 0 (the same mix) to ln 100 (no category in common); NaN where history
        or list have no item with a category.
    """
    rows, places = np.nonzero(top_items != NO_ITEM)
    listed = (np.ones(len(rows)), (rows, top_items[rows, places]))
    shape = (len(top_items), categories.shape[0])
    shown_mix = category_mix(sp.csr_array(listed, shape=shape), categories)
    mixed = (1 - SMOOTHING) * shown_mix + SMOOTHING * history_mix
    # Both have entries wherever the history has one, so that these stand in the same order.
    expected, smoothed = _ordered(history_mix), _ordered(mixed.multiply(history_mix > 0))
    terms = expected.data * np.log(expected.data / smoothed.data)
    users = np.repeat(np.arange(len(top_items)), np.diff(expected.indptr))
    divergence = np.bincount(users, terms, minlength=len(top_items))
    known = (np.diff(history_mix.indptr) > 0) & (np.diff(shown_mix.indptr) > 0)
    return np.where(known, divergence, np.nan)


def _unit_sums(matrix: sp.csr_array) -> sp.csr_array:
    """Return the matrix with rows that sum to 1; empty rows stay empty."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scaled = matrix.copy()
    scaled.data /= np.repeat(sums, np.diff(matrix.indptr))
    return scaled


def _ordered(matrix: sp.csr_array) -> sp.csr_array:
    ordered = sp.csr_array(matrix)
    ordered.sort_indices()
    return ordered
