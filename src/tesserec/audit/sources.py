"""The tables that features come from, counted once for all stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer

from tesserec.audit.recount import held_categories
from tesserec.encoders.embeddings import Embeddings

Roles = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Sources:
    """Items, people, and what they say.

    Attributes:
        items: Cleaned items, in the order of their features.
        users: Cleaned users, in the order of their features.
        roles: Roles of the attribute columns, of `items` and `users`.
        item_categories: What `held_categories` finds of items.
        user_categories: The same of people.
        texts: user_id, item_id, timestamp of user texts.
        author: Position of the person who wrote each text, (texts,); -1: unknown.
        subject: Position of the item that each text is about, (texts,); -1: none.
        vectors: Vector of each text, (texts, d).
        vocabulary: Every word of items and texts, sorted, (words,).
        item_words: How often each stands in the text of an item, (items, words).
        text_words: How often each stands in a text, (texts, words).
    """

    items: pd.DataFrame
    users: pd.DataFrame
    roles: Roles
    item_categories: pd.DataFrame
    user_categories: pd.DataFrame
    texts: pd.DataFrame
    author: np.ndarray
    subject: np.ndarray
    vectors: np.ndarray
    vocabulary: np.ndarray
    item_words: sp.csr_array
    text_words: sp.csr_array

    @classmethod
    def of(
        cls,
        items: pd.DataFrame,
        users: pd.DataFrame,
        roles: Roles,
        item_texts: pd.DataFrame,
        user_texts: pd.DataFrame,
        text_embeddings: Embeddings,
    ) -> Self:
        """Count the words of all texts in one pass, and look up all vectors.

        Args:
            items: item_id and attributes.
            users: user_id and attributes.
            roles: Roles of the attribute columns, of `items` and `users`.
            item_texts: item_id, lexical.
            user_texts: text_id, user_id, item_id, timestamp, lexical.
            text_embeddings: Vectors by text_id.
        """
        said = item_texts.set_index("item_id")["lexical"].reindex(items["item_id"]).fillna("")
        counter = CountVectorizer(analyzer=str.split)
        # An empty vocabulary is an error to scikit-learn: one word that no text has keeps it filled.
        words = sp.csr_array(counter.fit_transform([*said, *user_texts["lexical"], "\0"]))
        return cls(
            items,
            users,
            roles,
            held_categories(items, roles["items"]),
            held_categories(users, roles["users"]),
            user_texts[["user_id", "item_id", "timestamp"]].reset_index(drop=True),
            pd.Index(users["user_id"]).get_indexer(user_texts["user_id"]),
            pd.Index(items["item_id"]).get_indexer(user_texts["item_id"]),
            text_embeddings.rows(user_texts["text_id"]),
            counter.get_feature_names_out(),
            words[: len(said)],
            words[len(said) : -1],
        )
