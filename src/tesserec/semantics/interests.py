"""What histories are about: interests and topics with their shares and trends, and keywords."""

import numpy as np
import pandas as pd
from scipy import sparse

from tesserec.semantics import SEPARATOR
from tesserec.semantics.keywords import top_entries, top_words

# Fewer chosen items than this say nothing about a direction.
_LEAST_FOR_TREND = 4


def find_interests(
    users: pd.Index,
    interactions: pd.DataFrame,
    texts: pd.DataFrame,
    item_cards: pd.DataFrame,
    groups: int,
    keywords: int,
) -> pd.DataFrame:
    """Tell what the items that people chose have in common.

    An interest's share is its part of the weights of a history; a text about no item, such as a search, adds
    1 to the interest that it is nearest to. A trend is the share of the newer half of the chosen items less
    that of the older half, between -1 and 1. The same holds for topics. A keyword counts by its place on the
    card, 1, 1/2, 1/3, and by the weight of the item.

    Args:
        users: Ids, one row each in the result.
        interactions: user_id, item_id, timestamp, weight (strength of preference, 0 or more), oldest first
            within each user.
        texts: user_id, item_id (None: about no item), interest, topic.
        item_cards: item_id, interest, interest_name, topic, topic_name, keywords (joined by `|`).
        groups: Most interests of a person, and most topics.
        keywords: Most keywords of a person.

    Returns:
        interests (numbers), interest_names, interest_weights (shares), interest_trends (empty with fewer
        than four items of known time), the same of topics, and keywords, best first, joined by `|`.
    """
    items = pd.Index(item_cards["item_id"])
    liking = weight_matrix(interactions, users, items)
    halves = _halves(interactions, users, items)
    free = texts[texts["item_id"].isna()]
    card_weights, words = _keyword_weights(item_cards["keywords"].reset_index(drop=True))
    best = top_words(liking @ card_weights, words, keywords)
    parts = []
    for kind in ("interest", "topic"):
        numbers, names = item_cards[kind].to_numpy(), item_cards[f"{kind}_name"].to_numpy()
        rows, said = users.get_indexer(free["user_id"]), free[kind].to_numpy()
        told = np.isin(said, numbers[numbers >= 0]) & (rows >= 0)
        spoken = _entries(rows[told], said[told], (len(users), numbers.max(initial=-1) + 1))
        parts.append(_sum_up(kind, liking, halves, spoken, numbers, names, groups))
    return pd.concat(parts, axis=1).assign(keywords=pd.Series(map(SEPARATOR.join, best), dtype="str"))


def weight_matrix(interactions: pd.DataFrame, users: pd.Index, items: pd.Index) -> sparse.csr_matrix:
    """Return the summed weights of the interactions of known people and items, (users, items)."""
    rows = users.get_indexer(interactions["user_id"])
    columns = items.get_indexer(interactions["item_id"])
    known = (rows >= 0) & (columns >= 0)
    weights = interactions["weight"].to_numpy(dtype=float)
    return _entries(rows[known], columns[known], (len(users), len(items)), weights[known])


def _entries(
    rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int], values: np.ndarray | None = None
) -> sparse.csr_matrix:
    """Return a matrix of entries, those of one place summed up; each is 1 without `values`."""
    values = np.ones(len(rows)) if values is None else values
    return sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=float)


def _halves(
    interactions: pd.DataFrame, users: pd.Index, items: pd.Index
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return the older and the newer half of every chosen history, (users, items) each; empty if unknown."""
    chosen = interactions[(interactions["weight"] > 0) & interactions["timestamp"].notna()]
    chosen = chosen.drop_duplicates(["user_id", "item_id"])
    people = chosen.groupby("user_id")["item_id"]
    place, length = people.cumcount(), people.transform("size")
    enough = length >= _LEAST_FOR_TREND
    newer = place >= length / 2
    return (
        weight_matrix(chosen[enough & ~newer], users, items),
        weight_matrix(chosen[enough & newer], users, items),
    )


def _sum_up(
    kind: str,
    liking: sparse.csr_matrix,
    halves: tuple[sparse.csr_matrix, sparse.csr_matrix],
    spoken: sparse.csr_matrix,
    numbers: np.ndarray,
    names: np.ndarray,
    count: int,
) -> pd.DataFrame:
    """Return each person's groups, with their shares and trends.

    Args:
        kind: What the groups are, for the names of the columns.
        liking: Weights, (users, items).
        halves: Weights of the older and the newer half, (users, items).
        spoken: Texts about no item, (users, groups).
        numbers: The group of each item, (items,); -1 for none.
        names: Its name, (items,).
        count: Most groups of a person.
    """
    inside = np.flatnonzero(numbers >= 0)
    called = np.full(spoken.shape[1], "", dtype=object)
    called[numbers[inside]] = names[inside]
    membership = _entries(inside, numbers[inside], (len(numbers), len(called)))
    shares = _shares(liking @ membership + spoken)
    older, newer = (_shares(half @ membership) for half in halves)
    trends = (newer - older).tocsr()
    both = np.minimum(older.getnnz(axis=1), newer.getnnz(axis=1)) > 0
    rows = []
    for user, (best, values) in enumerate(top_entries(shares, count)):
        change = trends[[user], :].toarray()[0, best] if both[user] else []
        texts = (map(str, best), called[best], map("{:.3f}".format, values), map("{:+.3f}".format, change))
        rows.append([SEPARATOR.join(parts) for parts in texts])
    columns = [f"{kind}s", f"{kind}_names", f"{kind}_weights", f"{kind}_trends"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _shares(totals: sparse.csr_matrix) -> sparse.csr_matrix:
    """Scale rows to sum to one; empty rows stay so."""
    sums = np.asarray(totals.sum(axis=1)).ravel()
    return (sparse.diags(1 / np.where(sums > 0, sums, 1)) @ totals).tocsr()


def _keyword_weights(joined: pd.Series) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Weigh the keywords of each card by their place: (cards, words), and the words."""
    pieces = joined.str.split(SEPARATOR, regex=False).explode()
    pieces = pieces[pieces.fillna("") != ""]
    codes, words = pd.factorize(pieces, sort=True)
    places = pieces.groupby(level=0).cumcount().to_numpy() + 1
    weights = _entries(pieces.index.to_numpy(), codes, (len(joined), len(words)), 1 / places)
    return weights, np.asarray(words, dtype=object)
