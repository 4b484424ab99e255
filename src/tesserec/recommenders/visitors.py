"""People whom the data does not hold: any list of items is a history."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, positions
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.profiles import Profiles


def profile_of(item_ids: Sequence[str], data: TrainingData) -> Profiles:
    """Return the profile of one person of whom nothing but liked items is known.

    Args:
        item_ids: Ids of the items, oldest first; one that repeats counts at its last place. None at all is
            a person of whom nothing is known.
        data: What the recommender was fitted on: its items, and the features that people have there, which
            are empty here.

    Returns:
        One profile, with the user_id `visitor`.

    Raises:
        ValueError: If an item is not in the data.
    """
    places = positions(data.items.ids, item_ids)
    if (places < 0).any():
        unknown = item_ids[int(np.argmax(places < 0))]
        raise ValueError(f"the item {unknown!r} is unknown: take ids from the table items")
    history = list(dict.fromkeys(places[::-1]))[::-1]
    return Profiles(
        user_ids=np.array(["visitor"], dtype=object),
        indptr=np.array([0, len(history)], dtype=np.int64),
        items=np.array(history, dtype=np.int32),
        weights=np.ones(len(history), dtype=np.float32),
        recency=np.zeros(len(history), dtype=np.float32),
        kinds=np.zeros(len(history), dtype=np.int64),
        n_items=len(data.items),
        ordered=data.profiles.ordered,
        blocks={name: _blank(block) for name, block in data.profiles.blocks.items()},
        event_kinds=(),
        names=data.profiles.names,
        fusing=data.profiles.fusing,
    )


def _blank(block: Matrix) -> Matrix:
    shape = (1, block.shape[1])
    return (
        np.zeros(shape, np.float32)
        if isinstance(block, np.ndarray)
        else sp.csr_array(shape, dtype=np.float32)
    )
