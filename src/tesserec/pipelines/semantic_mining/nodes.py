import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tesserec.encoders import Embeddings
from tesserec.pipelines.semantic_mining.cards import seen_in_training
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.semantics.profiles import profile_users
from tesserec.semantics.projection import MOST_POINTS, lay_out
from tesserec.semantics.topic_words import describe_topics
from tesserec.semantics.topics import Topics, find_topics, read_as

_AT_ONCE = 65_536  # texts whose vectors are in memory together

logger = logging.getLogger(__name__)


def mine_topics(
    item_texts: pd.DataFrame,
    item_embeddings: Embeddings,
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    split_interactions: pd.DataFrame,
    options: SemanticMiningOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Group items by what their texts say, and tell which group each user text is nearest to.

    The groups and their words are learned from items of the training split alone.

    Args:
        item_texts: Columns item_id, language, lexical.
        item_embeddings: One vector per item.
        user_texts: Columns text_id, user_id, item_id, language, lexical.
        user_text_embeddings: One vector per user text.
        split_interactions: Columns item_id, split.
        options: Numbers of topics and words.

    Returns:
        Topics (topic, name, words, coherence, items); the topic of each item (item_id, topic) and of each
        user text (text_id, user_id, item_id, topic), -1 where nothing is said.
    """
    seen = seen_in_training(item_texts, split_interactions).to_numpy()
    trained = item_texts[seen]
    found = find_topics(
        trained["lexical"].tolist(), item_embeddings.rows(trained["item_id"]),
        trained["language"].to_numpy(dtype=object), options.fewest_topics, options.most_topics,
        options.minimum_items, options.seed,
    )  # fmt: skip
    topic_of_item = _topics_of(found, item_texts, item_embeddings, "item_id")
    read = read_as(trained["language"].to_numpy(dtype=object), list(found.languages))
    topics = describe_topics(
        trained["lexical"].tolist(), topic_of_item[seen], read, found.count,
        options.words_per_topic, options.words_per_topic_name, options.minimum_items,
    )  # fmt: skip
    sizes = np.bincount(topic_of_item[topic_of_item >= 0], minlength=found.count)
    for language, part in found.languages.items():
        silhouettes = {count: round(value, 3) for count, value in part.silhouettes.items()}
        logger.info("%s: %d topics; silhouettes %s", language, len(part.centres), silhouettes)
    logger.info("%d topics, mean coherence (NPMI) %.3f", found.count, topics["coherence"].mean())
    texts = user_texts[["text_id", "user_id", "item_id"]].reset_index(drop=True)
    return (
        topics.assign(items=sizes),
        pd.DataFrame({"item_id": item_texts["item_id"].to_numpy(), "topic": topic_of_item}),
        texts.assign(topic=_topics_of(found, user_texts, user_text_embeddings, "text_id")),
    )


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
        item_cards: Topics and keywords of items.
        opinions: How favourable each text is.
        aspect_opinions: What is said of single things.
        options: Numbers of topics, words and likings.

    Returns:
        See `tesserec.semantics.profiles.profile_users`.
    """
    return profile_users(
        users,
        column_roles["users"],
        interactions,
        item_cards,
        opinions,
        aspect_opinions,
        topics=options.topics_per_user,
        keywords=options.keywords_per_user,
        likings=options.likings_per_user,
    )


def _topics_of(found: Topics, texts: pd.DataFrame, embeddings: Embeddings, key: str) -> np.ndarray:
    """Return the topic of each text, (texts,), a part of their vectors in memory at a time."""
    parts = [texts.iloc[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
    topics = [
        found.assign(
            part["lexical"].tolist(), embeddings.rows(part[key]), part["language"].to_numpy(dtype=object)
        )
        for part in parts
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *topics])
