"""Profiles: what a recommender may know of a person. No model needs a user id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from tesserec.features.blocks import Matrix, pack_matrices, unpack_matrices
from tesserec.recommenders.own_texts import OwnTexts
from tesserec.state import Arrays, Config

NEGLIGIBLE = 1e-3


@dataclass(frozen=True)
class Profiles:
    """Histories, oldest item first, with the features of the people they belong to.

    Args:
        user_ids: (users,) strings; names for the results, unknown to every model.
        indptr: (users + 1,) bounds of each user's part of the arrays below.
        items: (entries,) item positions; an item stands once in a history.
        weights: (entries,) strength of the preference; 0 is a dislike: seen, but no evidence of taste.
        recency: (entries,) share of all events of the log that came later, in [0, 1].
        kinds: (entries,) int64; bit `b` is set where an event was of the kind `event_kinds[b]`; 0: no kind is
            known.
        n_items: Number of items.
        ordered: Whether the order of a history is known.
        blocks: User features by name, each (users, features).
        event_kinds: Names of the kinds of event, at most 63.
        names: Names of a block's columns, where they mean something to a person.
        fusing: By block, what makes it a part of the block `fused`, (features, dimensions).
        texts: What the people wrote, where reasons shall cite it; it is not saved.
    """

    user_ids: np.ndarray
    indptr: np.ndarray
    items: np.ndarray
    weights: np.ndarray
    recency: np.ndarray
    kinds: np.ndarray
    n_items: int
    ordered: bool
    blocks: Mapping[str, Matrix]
    event_kinds: tuple[str, ...]
    names: Mapping[str, list[str]] = field(default_factory=dict)
    fusing: Mapping[str, Matrix] = field(default_factory=dict)
    texts: OwnTexts | None = None

    def __len__(self) -> int:
        return len(self.user_ids)

    @property
    def lengths(self) -> np.ndarray:
        """Number of items in each history, (users,)."""
        return np.diff(self.indptr)

    @property
    def rows(self) -> np.ndarray:
        """User position of each history entry, (entries,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @property
    def ages(self) -> np.ndarray:
        """Distance of each entry from the end of its history, 0 for the newest; all 0 without an order."""
        if not self.ordered:
            return np.zeros(len(self.items), dtype=np.float32)
        return (np.repeat(self.indptr[1:], self.lengths) - 1 - np.arange(len(self.items))).astype(np.float32)

    def matrix(self, half_life: float | None = None, *, weighted: bool = False) -> sp.csr_array:
        """Return the histories as a sparse matrix, (users, items).

        Args:
            half_life: Items of history after which an entry counts half; None: no decay.
            weighted: Multiply by the preference weights; else a liked entry counts 1. Dislikes count 0.
        """
        values = np.asarray(self.weights if weighted else self.weights > 0, dtype=np.float32)
        keep = values > 0
        if half_life is not None:
            decay = 0.5 ** (self.ages / half_life)
            # Judged entry by entry, so that a history looks the same in every block of users.
            keep &= decay > NEGLIGIBLE
            values = (values * decay).astype(np.float32)
        return self._sparse(values, keep)

    def seen(self) -> sp.csr_array:
        """Return 1 for every item of a history, disliked ones too, (users, items)."""
        return self._sparse(np.ones(len(self.items), dtype=np.float32), np.ones(len(self.items), dtype=bool))

    def _sparse(self, values: np.ndarray, keep: np.ndarray) -> sp.csr_array:
        entries = (values[keep], (self.rows[keep], self.items[keep]))
        return sp.csr_array(entries, shape=(len(self), self.n_items))

    def take(self, users: np.ndarray) -> Self:
        """Return the profiles at the given positions, in the given order."""
        lengths = self.lengths[users]
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        entries = np.arange(indptr[-1]) + np.repeat(self.indptr[users] - indptr[:-1], lengths)
        return replace(
            self,
            user_ids=self.user_ids[users],
            indptr=indptr,
            items=self.items[entries],
            weights=self.weights[entries],
            recency=self.recency[entries],
            kinds=self.kinds[entries],
            blocks={name: block[users] for name, block in self.blocks.items()},
            texts=self.texts and self.texts.take(users),
        )

    def with_history(self) -> Self:
        """Return the people of whom at least one liked item is known."""
        return self.take(np.flatnonzero(self.liked().lengths))

    def liked(self) -> Self:
        """Return the same people with the disliked entries left out of their histories."""
        return self.keep(self.weights > 0)

    def keep(self, entries: np.ndarray) -> Self:
        """Return the same people with some entries of their histories, (entries,) bool."""
        counts = np.bincount(self.rows[entries], minlength=len(self))
        return replace(
            self,
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items=self.items[entries],
            weights=self.weights[entries],
            recency=self.recency[entries],
            kinds=self.kinds[entries],
        )

    def without_history(self) -> Self:
        """Return the same people as if nothing of their behaviour were known."""
        return self.keep(np.zeros(len(self.items), dtype=bool))

    def in_blocks(self, size: int) -> Iterator[tuple[slice, Self]]:
        """Yield consecutive parts of at most `size` users with their place."""
        for start in range(0, len(self), size):
            place = slice(start, min(start + size, len(self)))
            yield place, self.take(np.arange(place.start, place.stop))

    def state(self) -> tuple[Arrays, Config]:
        """Return arrays and configuration for `tesserec.state`."""
        matrices = {f"block:{name}": block for name, block in self.blocks.items()}
        matrices |= {f"fusing:{name}": through for name, through in self.fusing.items()}
        blocks, sparse = pack_matrices(matrices)
        entries = {"items": self.items, "weights": self.weights, "recency": self.recency, "kinds": self.kinds}
        config = {"user_ids": self.user_ids.tolist(), "n_items": self.n_items, "ordered": self.ordered}
        config |= {"event_kinds": list(self.event_kinds), "sparse": sparse, "names": dict(self.names)}
        return {"indptr": self.indptr, **entries, **blocks}, config

    @classmethod
    def from_state(cls, arrays: Arrays, config: Config) -> Self:
        """Build the profiles that `state` described."""
        packed = {name: array for name, array in arrays.items() if ":" in name}
        matrices = unpack_matrices(packed, config["sparse"])
        blocks, fusing = (
            {name.removeprefix(kind): one for name, one in matrices.items() if name.startswith(kind)}
            for kind in ("block:", "fusing:")
        )
        return cls(
            np.array(config["user_ids"], dtype=object),
            arrays["indptr"],
            arrays["items"],
            arrays["weights"],
            arrays["recency"],
            arrays["kinds"],
            config["n_items"],
            config["ordered"],
            blocks,
            tuple(config["event_kinds"]),
            config["names"],
            fusing,
        )
