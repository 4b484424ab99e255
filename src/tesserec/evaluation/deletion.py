"""Profiles without some of what is known of the people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from tesserec.features.fusion import fuse_rows
from tesserec.recommenders.profiles import Profiles


@dataclass(frozen=True)
class Pieces:
    """Evidence that can be deleted from a profile.

    Args:
        items: Positions of items of the history.
        features: By block, columns of features of the person.
        quotes: Columns of quotes that stand for texts of the person.
    """

    items: np.ndarray
    features: Mapping[str, np.ndarray]
    quotes: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.items) + sum(map(len, self.features.values())) + len(self.quotes)


def delete(profiles: Profiles, pieces: Sequence[Pieces]) -> Profiles:
    """Return the profiles without some evidence each.

    Args:
        profiles: The people.
        pieces: (users,) what is deleted of each.
    """
    spans = zip(pieces, pairwise(profiles.indptr), strict=True)
    kept = [~np.isin(profiles.items[start:end], one.items) for one, (start, end) in spans]
    left = profiles.keep(np.concatenate([np.zeros(0, dtype=bool), *kept]))
    blocks = dict(left.blocks)
    for name in {block for one in pieces for block in one.features}:
        block = sp.coo_array(blocks[name])
        lost = np.concatenate(
            [
                row * block.shape[1] + one.features.get(name, np.zeros(0, int))
                for row, one in enumerate(pieces)
            ]
        )
        stays = ~np.isin(block.row * np.int64(block.shape[1]) + block.col, lost)
        entries = (block.data[stays], (block.row[stays], block.col[stays]))
        blocks[name] = sp.csr_array(entries, shape=block.shape)
    texts = left.texts
    if texts is not None and any(len(one.quotes) for one in pieces):
        texts = texts.without([one.quotes for one in pieces])
        blocks["text"] = texts.means(len(left))
    if left.fusing:
        blocks["fused"] = fuse_rows(blocks, left.fusing)
    return replace(left, texts=texts, blocks=blocks)


def pieces_of(person: Profiles) -> Pieces:
    """Return all that one person likes and is known by under a name."""
    named = {
        name: sp.csr_array(person.blocks[name]).indices for name in person.names if name in person.blocks
    }
    quotes = np.zeros(0, dtype=np.int64) if person.texts is None else np.unique(person.texts.columns)
    return Pieces(person.liked().items, named, quotes)


def columns_named(person: Profiles, own: Pieces, names: set[str]) -> dict[str, np.ndarray]:
    """Return by block the person's columns that have one of the names."""
    columns = {
        block: np.array([column for column in held if person.names[block][column] in names], dtype=np.int64)
        for block, held in own.features.items()
    }
    return {block: held for block, held in columns.items() if len(held)}


def quotes_named(person: Profiles, own: Pieces, names: set[str]) -> np.ndarray:
    """Return the person's columns of quotes that are among the names."""
    texts = person.texts
    return own.quotes[[texts is not None and texts.quotes[column] in names for column in own.quotes]]


def draw_others(own: Pieces, cited: Pieces, generator: np.random.Generator) -> Pieces | None:
    """Draw as many pieces of each kind that are not cited; None if there are too few."""

    def draw(held: np.ndarray, taken: np.ndarray) -> np.ndarray | None:
        left = np.setdiff1d(held, taken)
        return generator.choice(left, len(taken), replace=False) if len(left) >= len(taken) else None

    items = draw(own.items, cited.items)
    features = {block: draw(own.features[block], taken) for block, taken in cited.features.items()}
    quotes = draw(own.quotes, cited.quotes)
    if items is None or quotes is None or any(drawn is None for drawn in features.values()):
        return None
    return Pieces(items, {block: drawn for block, drawn in features.items() if drawn is not None}, quotes)
