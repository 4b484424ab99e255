"""What people care about, told by the items that they chose."""

import numpy as np
import pandas as pd
from scipy import sparse

from tesserec.semantics.keywords import top_entries, top_words

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
    card_weights, words = _keyword_weights(item_cards["keywords"].reset_index(drop=True))
    best_words = top_words(liking @ card_weights, words, keywords_per_user)
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
    """Return topics, topic_names and topic_weights of each row of `liking`, joined by `|`."""
    topics = item_cards["topic"].to_numpy()
    inside = np.flatnonzero(topics >= 0)
    names = np.full(topics.max(initial=-1) + 1, "", dtype=object)
    names[topics[inside]] = item_cards["topic_name"].to_numpy()[inside]
    membership = sparse.csr_matrix(
        (np.ones(len(inside)), (inside, topics[inside])), shape=(len(topics), len(names))
    )
    totals = (liking @ membership).tocsr()  # (users, topics)
    history = np.asarray(totals.sum(axis=1)).ravel()
    rows = [
        (
            SEPARATOR.join(map(str, best)),
            SEPARATOR.join(names[best]),
            SEPARATOR.join(f"{value / whole:.3f}" for value in values),
        )
        for (best, values), whole in zip(top_entries(totals, count), history, strict=True)
    ]
    return pd.DataFrame(rows, columns=["topics", "topic_names", "topic_weights"], dtype="str")


def _keyword_weights(joined: pd.Series) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Weigh the keywords of each card by their place, 1, 1/2, 1/3, ...: (cards, words), and the words."""
    pieces = joined.str.split(SEPARATOR).explode()
    pieces = pieces[pieces.fillna("") != ""]
    codes, words = pd.factorize(pieces, sort=True)
    cards = pieces.index.to_numpy()
    places = pieces.groupby(level=0).cumcount().to_numpy() + 1
    table = sparse.csr_matrix((1 / places, (cards, codes)), shape=(len(joined), len(words)))
    return table, np.asarray(words, dtype=object)
