"""Cut histories into windows and windows into batches of similar lengths."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tesserec.neural.events import Events

PAD = -1


@dataclass(frozen=True)
class Batch:
    """Some windows, padded at the end with `PAD`; all tensors share their first dimension.

    Args:
        items: (windows, length) item positions.
        strengths: (windows, length).
        kinds: (windows, length) int64 bits, 0 where padded.
        people: (windows, user size).
        disliked: (windows, dislikes) item positions.
        disliked_after: (windows, dislikes) items of the window before each dislike.
    """

    items: Tensor
    strengths: Tensor
    kinds: Tensor
    people: Tensor
    disliked: Tensor
    disliked_after: Tensor

    def tensors(self) -> tuple[Tensor, ...]:
        """Return the tensors in the order of the fields."""
        return self.items, self.strengths, self.kinds, self.people, self.disliked, self.disliked_after


def windows_of(events: Events, length: int) -> np.ndarray:
    """Return user, start and end of consecutive parts of at most `length` items, (windows, 3).

    Parts are counted from the end of a history, so that the newest is whole.
    """
    parts = []
    for user, (start, end) in enumerate(zip(events.indptr[:-1], events.indptr[1:], strict=True)):
        parts += [(user, max(start, last - length), last) for last in range(end, start, -length)]
    return np.array(parts, dtype=np.int64).reshape(-1, 3)


def draw_batches(
    events: Events, windows: np.ndarray, batch_tokens: int, generator: np.random.Generator, *, shuffle: bool
) -> Iterator[Batch]:
    """Yield all windows once, in batches of similar lengths and random order.

    Args:
        events: Histories.
        windows: User, start and end of each.
        batch_tokens: Items of a batch, padding included.
        generator: Of the order.
        shuffle: Shuffle the items of a window: their order means nothing.
    """
    lengths = windows[:, 2] - windows[:, 1]
    order = np.lexsort((generator.random(len(windows)), lengths))[::-1]
    bounds = [0]
    while bounds[-1] < len(order):
        bounds.append(bounds[-1] + max(1, batch_tokens // int(lengths[order[bounds[-1]]])))
    for batch in generator.permutation(len(bounds) - 1):
        yield pad_batch(
            events, windows[order[bounds[batch] : bounds[batch + 1]]], generator if shuffle else None
        )


def pad_batch(events: Events, windows: np.ndarray, shuffler: np.random.Generator | None = None) -> Batch:
    """Copy windows into padded tensors."""
    users, starts, ends = windows.T
    width = int((ends - starts).max(initial=0))
    place = starts[:, None] + np.arange(width)
    real = place < ends[:, None]
    if shuffler is not None:
        keys = np.where(real, shuffler.random(place.shape), 2.0)
        place = np.take_along_axis(place, keys.argsort(axis=1), axis=1)
    place = np.where(real, place, 0)
    items = np.where(real, events.items[place], PAD)
    strengths = np.where(real, events.strengths[place], 0).astype(np.float32)
    kinds = np.where(real, events.kinds[place], 0)
    disliked, after = _pad_dislikes(events, users, starts, ends)
    parts = (items, strengths, kinds, events.people[users], disliked, after)
    return Batch(*(torch.from_numpy(part) for part in parts))


def _pad_dislikes(
    events: Events, users: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    rows: list[np.ndarray] = []
    for user, start, end in zip(users, starts, ends, strict=True):
        own = np.arange(events.dislike_indptr[user], events.dislike_indptr[user + 1])
        after = events.disliked_after[own] + events.indptr[user]
        last = end == events.indptr[user + 1]
        rows.append(own[(after >= start) & (after < end + last)])
    width = max(map(len, rows), default=0)
    places = np.array(
        [np.pad(row, (0, width - len(row)), constant_values=PAD) for row in rows], dtype=np.int64
    )
    places = places.reshape(len(rows), width)
    real = places >= 0
    disliked = np.full(places.shape, PAD)
    disliked[real] = events.disliked[places[real]]
    after = np.zeros(places.shape, dtype=np.int64)
    after[real] = events.disliked_after[places[real]]
    return disliked, np.where(real, after + events.indptr[users][:, None] - starts[:, None], 0)
