"""Nodes that find topics and interests, and sum up people."""

import logging
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.encoders import Embeddings
from tesserec.pipelines.semantic_mining.cards import seen_in_training
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.semantics.interests import weight_matrix
from tesserec.semantics.profiles import profile_users
from tesserec.semantics.projection import MOST_POINTS, lay_out
from tesserec.semantics.topic_words import describe_topics
from tesserec.semantics.topics import Topics, find_topics, read_as

_AT_ONCE = 65_536  # texts whose vectors are in memory together

# Groups, the group of each item, the group of each user text.
Groups: TypeAlias = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]

logger = logging.getLogger(__name__)


def group_miner(kind: Literal["topic", "interest"]) -> Callable[..., Groups]:
    """Return the node function that groups items, and tells to which group each user text is nearest.

    A topic is what an item is: a book. An interest is what people seek in it, and in a film or a course too:
    the sea. It is told by what texts say of the people who choose the items; in a language in which choices
    tell nothing, interests are topics.

    It reads of items item_id, language and lexical; of user texts text_id, user_id and item_id besides; of
    interactions user_id, item_id, weight and split. It returns groups (`kind`, name, words, coherence,
    items), the group of each item (item_id, `kind`, `kind`_name, learned_from: the number of people whose
    choice of it was learned from, NaN where its text was not either) and that of each user text (text_id,
    user_id, item_id, `kind`); -1 and an empty name where nothing is said.
    """

    def mine_groups(
        item_texts: pd.DataFrame,
        item_embeddings: Embeddings,
        user_texts: pd.DataFrame,
        user_text_embeddings: Embeddings,
        split_interactions: pd.DataFrame,
        options: SemanticMiningOptions,
    ) -> Groups:
        """Learn groups and their words from items and choices of the training split alone."""
        seen = seen_in_training(item_texts, split_interactions).to_numpy()
        trained = item_texts[seen]
        choices = _choices(split_interactions, trained["item_id"]) if kind == "interest" else None
        found = _learn(trained, item_embeddings.rows(trained["item_id"]), choices, options)
        of_item = _groups_of(found, item_texts, item_embeddings, "item_id")
        described = _describe(found, trained, of_item[seen], options)
        _log(kind, found, described)
        sizes = np.bincount(of_item[of_item >= 0], minlength=found.count)
        called = np.append(described["name"].to_numpy(object), "")[of_item]  # the last for -1, none
        learned_from = np.full(len(item_texts), np.nan)
        learned_from[seen] = found.learned_from
        items, texts = item_texts[["item_id"]], user_texts[["text_id", "user_id", "item_id"]]
        of_text = _groups_of(found, user_texts, user_text_embeddings, "text_id")
        return (
            described.rename(columns={"topic": kind}).assign(items=sizes),
            items.reset_index(drop=True).assign(
                **{kind: of_item, f"{kind}_name": called}, learned_from=learned_from
            ),
            texts.reset_index(drop=True).assign(**{kind: of_text}),
        )

    return mine_groups


def _choices(split_interactions: pd.DataFrame, item_ids: pd.Series) -> sp.csr_matrix:
    """Return 1 where a person chose an item in the training split, (people, items)."""
    chosen = split_interactions[(split_interactions["split"] == "train") & (split_interactions["weight"] > 0)]
    people = pd.Index(chosen["user_id"].unique())
    return weight_matrix(chosen, people, pd.Index(item_ids)).sign()


def _learn(
    trained: pd.DataFrame, vectors: np.ndarray, choices: sp.csr_matrix | None, options: SemanticMiningOptions
) -> Topics:
    return find_topics(
        trained["lexical"].tolist(),
        vectors,
        trained["language"].to_numpy(dtype=object),
        options.fewest_topics,
        options.most_topics,
        options.minimum_items,
        options.seed,
        choices,
    )


def _describe(
    found: Topics, trained: pd.DataFrame, groups: np.ndarray, options: SemanticMiningOptions
) -> pd.DataFrame:
    return describe_topics(
        trained["lexical"].tolist(),
        groups,
        read_as(trained["language"].to_numpy(dtype=object), list(found.languages)),
        found.count,
        options.words_per_topic,
        options.words_per_topic_name,
        options.minimum_items,
    )


def _groups_of(found: Topics, texts: pd.DataFrame, embeddings: Embeddings, key: str) -> np.ndarray:
    """Return the group of each text, (texts,), a part of their vectors in memory at a time."""
    parts = [texts.iloc[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
    groups = [
        found.assign(
            part["lexical"].tolist(), embeddings.rows(part[key]), part["language"].to_numpy(dtype=object)
        )
        for part in parts
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *groups])


def _log(kind: str, found: Topics, described: pd.DataFrame) -> None:
    for language, part in found.languages.items():
        silhouettes = {count: round(value, 3) for count, value in part.silhouettes.items()}
        logger.info("%s: %d %ss; silhouettes %s", language, len(part.centres), kind, silhouettes)
    logger.info("%d %ss, mean coherence (NPMI) %.3f", found.count, kind, described["coherence"].mean())


def map_items(item_embeddings: Embeddings, options: SemanticMiningOptions) -> pd.DataFrame:
    """Lay items out on a plane for the eye: item_id, x, y; of a large catalogue a sample."""
    # Twice as many as are shown: some may have no text.
    drawn = np.random.default_rng(options.seed).permutation(len(item_embeddings))[: 2 * MOST_POINTS]
    item_ids = item_embeddings.ids[np.sort(drawn)]
    rows, positions = lay_out(item_embeddings.rows(item_ids), options.seed)
    return pd.DataFrame({"item_id": item_ids[rows], "x": positions[:, 0], "y": positions[:, 1]})


def profile_all_users(
    users: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    interactions: pd.DataFrame,
    text_interests: pd.DataFrame,
    text_topics: pd.DataFrame,
    item_cards: pd.DataFrame,
    opinions: pd.DataFrame,
    aspect_opinions: pd.DataFrame,
    options: SemanticMiningOptions,
) -> pd.DataFrame:
    """Sum up each user's whole history, held-out events included.

    These profiles feed the report and the reasons, never a feature that an evaluated model sees.

    Args:
        users: Column user_id and attributes; everyone gets a profile.
        column_roles: Roles of the attribute columns, under `users`.
        interactions: All interactions, every split.
        text_interests: The interest of each user text.
        text_topics: Its topic.
        item_cards: Interests, topics and keywords of items.
        opinions: How favourable each text is.
        aspect_opinions: What is said of single things.
        options: Numbers of interests, topics, words and likings.

    Returns:
        See `tesserec.semantics.profiles.profile_users`.
    """
    return profile_users(
        users,
        column_roles["users"],
        interactions,
        text_interests.merge(text_topics[["text_id", "topic"]], on="text_id"),
        item_cards,
        opinions,
        aspect_opinions,
        groups=options.topics_per_user,
        keywords=options.keywords_per_user,
        likings=options.likings_per_user,
    )
