"""Small worlds whose right answers are known."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.recommenders import Profiles, TrainingData

ITEMS = 16
UNTOUCHED = (14, 15)


def people(
    histories: Sequence[Sequence[int]],
    n_items: int,
    weights: Sequence[Sequence[float]] | None = None,
    recency: Sequence[float] | None = None,
    ordered: bool = True,
    kinds: Sequence[int] | None = None,
    event_kinds: tuple[str, ...] = (),
    **blocks: Matrix,
) -> Profiles:
    """Profiles of the given histories, oldest item first, every item liked unless weights say otherwise.

    No kind of event is known unless `kinds` gives the bits.
    """
    lengths = [len(history) for history in histories]
    items = np.array([item for history in histories for item in history], dtype=np.int32)
    flat = None if weights is None else [weight for of_user in weights for weight in of_user]
    return Profiles(
        np.array([f"u{user}" for user in range(len(histories))], dtype=object),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items,
        np.ones(len(items), np.float32) if flat is None else np.array(flat, np.float32),
        np.zeros(len(items), np.float32) if recency is None else np.array(recency, np.float32),
        np.zeros(len(items), np.int64) if kinds is None else np.array(kinds, np.int64),
        n_items,
        ordered,
        blocks,
        event_kinds,
    )


def training(profiles: Profiles, **blocks: Matrix) -> TrainingData:
    """Training data with the given item blocks."""
    ids = np.array([f"i{item}" for item in range(profiles.n_items)], dtype=object)
    return TrainingData(profiles, FeatureBlocks(ids, blocks, {}))


def world(seed: int = 0, *, ordered: bool = True) -> TrainingData:
    """Thirty people of two tastes, with what makes trouble: dislikes, huge weights, one event, none at all.

    Items 0 to 6 belong to one taste, 7 to 13 to the other; nobody has touched items 14 and 15.
    """
    generator = np.random.default_rng(seed)
    tastes = np.arange(30) % 2
    histories = [generator.permutation(7)[: generator.integers(2, 6)] + 7 * taste for taste in tastes]
    histories[0], histories[1] = histories[0][:1], np.zeros(0, int)
    weights = [generator.integers(1, 4, len(history)).astype(float) for history in histories]
    weights[2][0] = 0
    weights[3][:] = 0
    weights[4] *= 5000
    item_taste = np.array([0] * 7 + [1] * 7 + [0, 1])
    item_text = np.eye(6)[item_taste] * 2 + generator.normal(size=(ITEMS, 6))
    user_text = np.eye(6)[tastes] * 4 + generator.normal(size=(30, 6))
    user_text[5] = 0
    words = sp.csr_array((generator.random((ITEMS, 9)) < 0.4).astype(np.float32))
    written = sp.csr_array((generator.random((30, 9)) < 0.3).astype(np.float32))
    profiles = people(
        histories,
        ITEMS,
        weights,
        generator.random(sum(map(len, histories))),
        ordered,
        text=user_text.astype(np.float32),
        fused=user_text.astype(np.float32),
        lexical=written,
        demographics=sp.csr_array(np.eye(2, dtype=np.float32)[tastes]),
    )
    text = item_text.astype(np.float32)
    return training(profiles, text=text, fused=text, lexical=words)


def weights_table(model, history, items) -> np.ndarray:
    """What a unit of each history item adds to each item, (history, items)."""
    pairs = np.repeat(history, len(items)), np.tile(items, len(history))
    return model.item_weights(*pairs).reshape(len(history), len(items))
