"""What people care about, told by the items that they chose."""

import numpy as np
import pandas as pd
from scipy import sparse

from tesserec.semantics.keywords import top_columns, top_words

SEPARATOR = "|"


def profile_users(
    user_ids: pd.Series,
    interactions: pd.DataFrame,
    item_cards: pd.DataFrame,
    topics_per_user: int,
    keywords_per_user: int,
) -> pd.DataFrame:
    """Sum up each user's history.

    Args:
        user_ids: Everyone who gets a profile, with or without a history.
        interactions: Columns user_id, item_id, value, timestamp, weight (strength of preference, 0 or more).
        item_cards: Columns item_id, topic, topic_name, keywords (joined by `|`).
        topics_per_user: Most topics in a profile.
        keywords_per_user: Most keywords in a profile.

    Returns:
        One row per user: user_id, events, mean_value, first_timestamp, last_timestamp (NaN if unknown);
        topics (numbers), topic_names, topic_weights (shares of the history) and keywords, best first, joined
        by `|`.
    """
    users = pd.Index(user_ids)
    profiles = pd.DataFrame({"user_id": users}).join(_activity(interactions), on="user_id")
    profiles["events"] = profiles["events"].fillna(0).astype("int64")
    liking = _liking(interactions, users, pd.Index(item_cards["item_id"]))  # (users, items)
    profiles = pd.concat([profiles, _interests(liking, item_cards, topics_per_user)], axis=1)
    membership, words = _joined_membership(item_cards["keywords"])
    best_words = top_words(liking @ membership, words, keywords_per_user)
    return profiles.assign(keywords=pd.Series([SEPARATOR.join(row) for row in best_words], dtype="str"))


def _activity(interactions: pd.DataFrame) -> pd.DataFrame:
    return interactions.groupby("user_id").agg(
        events=("item_id", "size"),
        mean_value=("value", "mean"),
        first_timestamp=("timestamp", "min"),
        last_timestamp=("timestamp", "max"),
    )


def _liking(interactions: pd.DataFrame, users: pd.Index, items: pd.Index) -> sparse.csr_matrix:
    rows = users.get_indexer(interactions["user_id"])
    columns = items.get_indexer(interactions["item_id"])
    known = (rows >= 0) & (columns >= 0)
    weights = interactions["weight"].to_numpy(dtype=float)
    return sparse.csr_matrix(
        (weights[known], (rows[known], columns[known])), shape=(len(users), len(items)), dtype=float
    )


def _interests(liking: sparse.csr_matrix, item_cards: pd.DataFrame, count: int) -> pd.DataFrame:
    topics = item_cards["topic"].to_numpy()
    inside = np.flatnonzero(topics >= 0)
    membership = sparse.csr_matrix(
        (np.ones(len(inside)), (inside, topics[inside])), shape=(len(topics), topics.max(initial=-1) + 1)
    )
    names = item_cards.drop_duplicates("topic").set_index("topic")["topic_name"]
    totals = (liking @ membership).tocsr()  # (users, topics)
    shares = sparse.csr_matrix(totals.multiply(1 / np.maximum(totals.sum(axis=1), np.finfo(float).tiny)))
    rows = []
    for user, best in enumerate(top_columns(shares, count)):
        weights = shares[[user], :].toarray()[0, best]
        rows.append(
            (
                SEPARATOR.join(map(str, best)),
                SEPARATOR.join(names.loc[best]),
                SEPARATOR.join(f"{weight:.3f}" for weight in weights),
            )
        )
    return pd.DataFrame(rows, columns=["topics", "topic_names", "topic_weights"], dtype="str")


def _joined_membership(joined: pd.Series) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Turn lists joined by `|` into a table of ones, (rows, values), and the values."""
    pieces = joined.str.split(SEPARATOR).explode()
    pieces = pieces[pieces.fillna("") != ""]
    codes, values = pd.factorize(pieces, sort=True)
    shape = (len(joined), len(values))
    table = sparse.csr_matrix((np.ones(len(pieces)), (pieces.index.to_numpy(), codes)), shape=shape)
    return table, np.asarray(values, dtype=object)
