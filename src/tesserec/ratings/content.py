"""What is known of items apart from ratings, on one scale for regression and for likeness."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.ratings.neighbours import Matrix, scale_rows, squared_lengths

# The block whose columns are quantities; what is liked best is often neither the most nor the least of one.
NUMBERS = "numbers"
KNOTS = 6


@dataclass(frozen=True)
class ItemContent:
    """Content of the items; the last row is empty and stands for every unknown item.

    Attributes:
        items: Every item.
        features: All blocks side by side, each with rows of mean square length 1, (items + 1, features).
        unit: The same in parts, rows of length 1 over all parts, (items + 1, features) each.
    """

    items: pd.Index
    features: sp.csr_matrix
    unit: list[Matrix]

    @classmethod
    def of(cls, item_ids: np.ndarray, blocks: Mapping[str, Matrix]) -> Self:
        """Put the feature blocks of the items on one scale.

        Args:
            item_ids: Every item, (items,) str.
            blocks: Features of the items by name, (items, features) each, dense or sparse.

        Returns:
            The content. Cost in time and memory: linear in the entries of the blocks.
        """
        spread = {name: spread_numbers(block) if name == NUMBERS else block for name, block in blocks.items()}
        parts = scale_blocks(spread)
        empty = sp.csr_matrix((len(item_ids) + 1, 0), dtype=np.float32)
        features = sp.hstack([empty, *map(sp.csr_matrix, parts)], format="csr")
        return cls(pd.Index(item_ids), features, _unit_rows(parts))


def scale_blocks(blocks: Mapping[str, Matrix]) -> list[Matrix]:
    """Centre dense blocks and scale each block to rows of mean square length 1.

    Args:
        blocks: Features of the items by name, (items, features) each; a row of zeros: nothing is known.

    Returns:
        The blocks in the order of their names, (items + 1, features) each; the last row is empty and stands
        for unknown items.
    """
    scaled: list[Matrix] = []
    for _, block in sorted(blocks.items()):
        known = np.asarray(abs(block).sum(axis=1)).ravel() > 0
        if sp.issparse(block):
            part = sp.csr_matrix(block, dtype=np.float32)
            part = sp.vstack([part, sp.csr_matrix((1, part.shape[1]), dtype=np.float32)], format="csr")
        else:
            centred = np.where(known[:, None], block - block.sum(axis=0) / max(known.sum(), 1), 0.0)
            part = np.vstack([centred, np.zeros((1, block.shape[1]))]).astype(np.float32)
        length = float(np.sqrt(squared_lengths(part).sum() / max(known.sum(), 1)))
        scaled.append(part / length if length > 0 else part)
    return scaled


def spread_numbers(numbers: np.ndarray) -> np.ndarray:
    """Write each number as its weights on the two nearest of six knots: a linear spline of the number.

    Args:
        numbers: Quantities, (items, columns).

    Returns:
        (items, knots of all columns), knots at quantiles; rows of a column sum to 1.
    """
    parts = [np.zeros((len(numbers), 0), dtype=np.float32)]
    for column in numbers.T:
        knots = np.unique(np.quantile(column, np.linspace(0, 1, KNOTS))) if len(column) else np.zeros(1)
        weights = [np.interp(column, knots, one) for one in np.eye(len(knots))]
        parts.append(np.stack(weights, axis=1).astype(np.float32))
    return np.hstack(parts)


def _unit_rows(parts: list[Matrix]) -> list[Matrix]:
    length = np.sqrt(sum((squared_lengths(part) for part in parts), np.zeros(1)))
    factor = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    return [scale_rows(part, factor) for part in parts]
