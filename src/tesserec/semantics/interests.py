"""What histories are about: topics with their shares and trends, and keywords."""

import numpy as np
import pandas as pd
from scipy import sparse

from tesserec.semantics import SEPARATOR
from tesserec.semantics.keywords import top_entries, top_words

# Fewer chosen items than this say nothing about a direction.
_LEAST_FOR_TREND = 4


def find_interests(
    users: pd.Index, interactions: pd.DataFrame, item_cards: pd.DataFrame, topics: int, keywords: int
) -> pd.DataFrame:
    """Tell what the items that people chose have in common.

    A topic's share is its part of the weights of a history. Its trend is its share of the newer half of the
    chosen items less its share of the older half, between -1 and 1. A keyword counts by its place on the
    card, 1, 1/2, 1/3, and by the weight of the item.

    Args:
        users: Ids, one row each in the result.
        interactions: user_id, item_id, timestamp, weight (strength of preference, 0 or more), oldest first
            within each user.
        item_cards: item_id, topic, topic_name, keywords (joined by `|`).
        topics: Most topics of a person.
        keywords: Most keywords of a person.

    Returns:
        topics (numbers), topic_names, topic_weights (shares), topic_trends (empty with fewer than four items
        of known time) and keywords, best first, joined by `|`.
    """
    items = pd.Index(item_cards["item_id"])
    liking = _matrix(interactions, users, items)  # (users, items)
    found = _topics(liking, _halves(interactions, users, items), item_cards, topics)
    card_weights, words = _keyword_weights(item_cards["keywords"].reset_index(drop=True))
    best = top_words(liking @ card_weights, words, keywords)
    return found.assign(keywords=pd.Series([SEPARATOR.join(row) for row in best], dtype="str"))


def _matrix(interactions: pd.DataFrame, users: pd.Index, items: pd.Index) -> sparse.csr_matrix:
    """Return the summed weights, (users, items)."""
    rows = users.get_indexer(interactions["user_id"])
    columns = items.get_indexer(interactions["item_id"])
    known = (rows >= 0) & (columns >= 0)
    weights = interactions["weight"].to_numpy(dtype=float)
    shape = (len(users), len(items))
    return sparse.csr_matrix((weights[known], (rows[known], columns[known])), shape=shape, dtype=float)


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
        _matrix(chosen[enough & ~newer], users, items),
        _matrix(chosen[enough & newer], users, items),
    )


def _topics(
    liking: sparse.csr_matrix,
    halves: tuple[sparse.csr_matrix, sparse.csr_matrix],
    item_cards: pd.DataFrame,
    count: int,
) -> pd.DataFrame:
    numbers = item_cards["topic"].to_numpy()
    inside = np.flatnonzero(numbers >= 0)
    names = np.full(numbers.max(initial=-1) + 1, "", dtype=object)
    names[numbers[inside]] = item_cards["topic_name"].to_numpy()[inside]
    entries = (np.ones(len(inside)), (inside, numbers[inside]))
    membership = sparse.csr_matrix(entries, shape=(len(numbers), len(names)))
    shares = _shares(liking @ membership)  # (users, topics)
    older, newer = (_shares(half @ membership) for half in halves)
    trends = (newer - older).tocsr()
    both = np.minimum(older.getnnz(axis=1), newer.getnnz(axis=1)) > 0
    rows = []
    for user, (best, values) in enumerate(top_entries(shares, count)):
        change = trends[[user], :].toarray()[0, best] if both[user] else []
        texts = (map(str, best), names[best], map("{:.3f}".format, values), map("{:+.3f}".format, change))
        rows.append([SEPARATOR.join(parts) for parts in texts])
    columns = ["topics", "topic_names", "topic_weights", "topic_trends"]
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
    entries = (1 / places, (pieces.index.to_numpy(), codes))
    return sparse.csr_matrix(entries, shape=(len(joined), len(words))), np.asarray(words, dtype=object)
