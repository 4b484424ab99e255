"""What people wrote, text by text, where reasons shall cite it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from tesserec.encoders.embeddings import Embeddings
from tesserec.features.texts import mean_vectors
from tesserec.text.excerpts import shorten

# Characters of a text that are quoted.
QUOTED = 80


@dataclass(frozen=True)
class OwnTexts:
    """The texts of people, whose mean is their block `text`.

    Args:
        owners: (texts,) position of the person, in ascending order.
        columns: (texts,) which quote stands for the text; texts that begin alike share one.
        quotes: How texts are quoted.
        places: (texts,) where the vectors are.
        read: From some of the places to their vectors, (places, dimensions).
    """

    owners: np.ndarray
    columns: np.ndarray
    quotes: Sequence[str]
    places: np.ndarray
    read: Callable[[np.ndarray], np.ndarray]

    @classmethod
    def of(cls, user_texts: pd.DataFrame, embeddings: Embeddings, user_ids: np.ndarray) -> Self:
        """Find the texts of people.

        Args:
            user_texts: text_id, user_id, contextual; those whose mean is the people's block `text`.
            embeddings: Of the texts, by text_id; read when they are asked for.
            user_ids: (people,) ids.
        """
        owners = pd.Index(user_ids).get_indexer(user_texts["user_id"])
        order = np.argsort(owners, kind="stable")[(owners < 0).sum() :]
        quoted = user_texts["contextual"].map(lambda text: shorten(" ".join(text.split()), QUOTED))
        columns, quotes = pd.factorize(quoted.iloc[order])
        ids = user_texts["text_id"].to_numpy(object)
        return cls(owners[order], columns, quotes.tolist(), order, lambda some: embeddings.rows(ids[some]))

    def take(self, users: np.ndarray) -> Self:
        """Return the texts of the people at the given positions, who are counted anew."""
        starts = np.searchsorted(self.owners, users)
        counts = np.searchsorted(self.owners, users, side="right") - starts
        rows = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
        return self._rows(rows, np.repeat(np.arange(len(users)), counts))

    def without(self, columns: Sequence[np.ndarray]) -> Self:
        """Return the texts without those that some quotes of each person stand for, (users,) columns."""
        lost = [np.isin(self.columns[self.owners == user], gone) for user, gone in enumerate(columns)]
        rows = np.flatnonzero(~np.concatenate([np.zeros(0, dtype=bool), *lost]))
        return self._rows(rows, self.owners[rows])

    def _rows(self, rows: np.ndarray, owners: np.ndarray) -> Self:
        return replace(self, owners=owners, columns=self.columns[rows], places=self.places[rows])

    @property
    def vectors(self) -> np.ndarray:
        """The embeddings of the texts, (texts, dimensions)."""
        return self.read(self.places)

    def means(self, people: int) -> np.ndarray:
        """Return the mean embedding of each person's texts, of length 1, (people, dimensions)."""
        return mean_vectors(pd.Series(self.owners), self.vectors, pd.RangeIndex(people))
