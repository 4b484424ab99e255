"""The items that any recommender puts near the top of its list, with what each of them says of the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from tesserec.features.blocks import Matrix
from tesserec.recommenders.base import Recommender
from tesserec.recommenders.profiles import Profiles
from tesserec.recommenders.ranking import Eligible, is_shared, tie_order, top_items
from tesserec.recommenders.support import SUPPORTS, Support


@dataclass(frozen=True)
class Candidates:
    """Pairs of people and items; the items of a person stand together, in the order in which ties are broken.

    Args:
        indptr: (users + 1,) bounds of each person's rows.
        items: (rows,) item positions.
        scores: (rows, recommenders) float32, each recommender's scores divided by their root mean square over
            all items, so that they mean the same for a long history and for a short one.
        places: (rows, recommenders) float32, logarithm of one plus the place in the recommender's own list,
            or of one plus the length of the lists where an item is not in it or has a score of 0: the place
            of what nothing speaks for would tell which item it is, and nothing else.
        support: (rows, supports) float32, what is known of the person and of the item.
    """

    indptr: np.ndarray
    items: np.ndarray
    scores: np.ndarray
    places: np.ndarray
    support: np.ndarray

    @property
    def users(self) -> np.ndarray:
        """Position of the person of each row, (rows,)."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    def take(self, people: np.ndarray) -> Self:
        """Return the candidates of the given people."""
        lengths = np.diff(self.indptr)[people]
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.arange(indptr[-1]) + np.repeat(self.indptr[people] - indptr[:-1], lengths)
        return replace(self.take_rows(rows), indptr=indptr)

    def take_rows(self, rows: np.ndarray) -> Self:
        """Return the given rows as the candidates of one person."""
        return replace(
            self,
            indptr=np.array([0, len(rows)]),
            items=self.items[rows],
            scores=self.scores[rows],
            places=self.places[rows],
            support=self.support[rows],
        )

    @classmethod
    def of_nobody(cls, recommenders: int) -> Self:
        """Return the candidates of no people."""
        nothing = np.zeros((0, recommenders), dtype=np.float32)
        supports = np.zeros((0, len(SUPPORTS)), dtype=np.float32)
        return cls(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), nothing, nothing, supports)

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Return the candidates of all people of the parts."""
        lengths = np.concatenate([np.diff(part.indptr) for part in parts])
        joined = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("items", "scores", "places", "support")
        }
        return cls(np.concatenate([[0], np.cumsum(lengths)]), **joined)

    def best(self, scores: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return each person's items of highest score, best first, and their scores, both (users, count).

        Args:
            scores: (rows,).
            count: Length of the lists; the rest is -1, with a score of 0.
        """
        rows, place = self.leading(scores, count)
        lists = np.full((len(self.indptr) - 1, count), -1, dtype=np.int64)
        values = np.zeros(lists.shape, dtype=np.float32)
        users = self.users[rows]
        lists[users, place], values[users, place] = self.items[rows], scores[rows]
        return lists, values

    def leading(self, scores: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of each person's highest scores, one person after the other, and their places.

        Args:
            scores: (rows,).
            count: Rows of a person, as far as there are so many.
        """
        users = self.users
        order = np.lexsort((-scores, users))
        place = np.arange(len(order)) - self.indptr[users]
        return order[place < count], place[place < count]

    def at(self, lists: np.ndarray) -> Self:
        """Return the rows of the listed items, in the order of the lists.

        Args:
            lists: (users, length) item positions among the candidates, -1 where there is none.
        """
        order = np.lexsort((self.items, self.users))
        width = int(self.items.max(initial=0)) + 1
        numbers = self.users[order] * width + self.items[order]
        user, place = np.nonzero(lists >= 0)
        rows = order[np.searchsorted(numbers, user * width + lists[user, place])]
        return replace(
            self.take_rows(rows), indptr=np.concatenate([[0], np.cumsum((lists >= 0).sum(axis=1))])
        )


def list_items(scores: Mapping[str, Matrix], eligible: Eligible, length: int) -> dict[str, np.ndarray]:
    """Return each recommender's own list for each person, (users, length); see `top_items`.

    Args:
        scores: (users, items) by recommender.
        eligible: Who may be recommended what.
        length: Of the lists.
    """
    return {name: top_items(raw, eligible, length) for name, raw in scores.items()}


def unite_lists(
    columns: Sequence[str],
    recommenders: Mapping[str, Recommender],
    lists: Mapping[str, np.ndarray],
    scores: Mapping[str, Matrix],
    profiles: Profiles,
    support: Support,
) -> Candidates:
    """Unite the recommenders' lists.

    Takes `users × recommenders × length` rows at most, with as many numbers each as there are recommenders.

    Args:
        columns: Names of the columns of the candidates; one without a recommender says nothing of any item.
        recommenders: Fitted recommenders by name.
        lists: (users, length) item positions by recommender, best first, -1 where none is left.
        scores: (users, items) by recommender.
        profiles: The people.
        support: Of what the recommenders were fitted on.
    """
    turn = tie_order(profiles.n_items)
    # A number for each pair that sorts people first, then items by their turn.
    numbers = {
        name: np.arange(len(profiles))[:, None] * profiles.n_items + turn[lists[name]]
        for name in recommenders
    }
    pairs = np.sort(np.concatenate([number[lists[name] >= 0] for name, number in numbers.items()]))
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    users, items = pairs // profiles.n_items, np.argsort(turn)[pairs % profiles.n_items]
    last = np.log1p(max(lists[name].shape[1] for name in recommenders))
    places = np.full((len(pairs), len(columns)), last, dtype=np.float32)
    for name, number in numbers.items():
        listed = lists[name] >= 0
        rows = np.searchsorted(pairs, number[listed])
        places[rows, list(columns).index(name)] = np.log1p(np.nonzero(listed)[1])
    indptr = np.searchsorted(users, np.arange(len(profiles) + 1))
    values = normalised_at(columns, recommenders, scores, profiles, users, items)
    places[values == 0] = last
    return Candidates(indptr, items, values, places, support.at(profiles, users, items))


def normalised_at(
    columns: Sequence[str],
    recommenders: Mapping[str, Recommender],
    scores: Mapping[str, Matrix],
    profiles: Profiles,
    users: np.ndarray,
    items: np.ndarray,
) -> np.ndarray:
    """Return the scores of pairs, divided by their sizes, (pairs, columns) float32.

    Args:
        columns: Names; a column without a recommender is 0.
        recommenders: Fitted recommenders by name.
        scores: (users, items) by recommender.
        profiles: The people.
        users: (pairs,) positions, in ascending order.
        items: (pairs,) positions.
    """
    found = np.zeros((len(users), len(columns)), dtype=np.float32)
    for name, recommender in recommenders.items():
        raw = scores[name]
        pairs = recommender.score_pairs(profiles, raw, users, items)
        found[:, list(columns).index(name)] = pairs / size_of(raw)[users]
    return found


def size_of(scores: Matrix) -> np.ndarray:
    """Return the root mean square of each user's scores over the items, (users,); 1 where all are zero."""
    if is_shared(scores):
        squares = np.full(len(scores), scores[0] @ scores[0])
    elif isinstance(scores, np.ndarray):
        squares = np.einsum("ui,ui->u", scores, scores)
    else:
        squares = np.asarray(scores.multiply(scores).sum(axis=1)).ravel()
    size = np.sqrt(squares / max(scores.shape[1], 1))
    return np.where(size > 0, size, 1).astype(np.float32)
