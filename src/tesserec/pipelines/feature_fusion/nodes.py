"""The step from tables and embeddings to what recommenders learn from."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tesserec.encoders import Embeddings
from tesserec.features.items import build_item_blocks
from tesserec.features.texts import LexicalBlock
from tesserec.features.users import build_user_blocks
from tesserec.pipelines.feature_fusion.options import FeatureFusionOptions
from tesserec.recommenders.base import TrainingData
from tesserec.recommenders.histories import build_profiles
from tesserec.splits import history, visible_relations, visible_texts
from tesserec.splits.stages import Stage


def training_data_builder(stage: Stage) -> Callable[..., TrainingData]:
    """Return the node function that builds the training data of one stage."""

    def build_training_data(
        split_interactions: pd.DataFrame,
        items: pd.DataFrame,
        users: pd.DataFrame,
        relations: pd.DataFrame,
        column_roles: dict[str, dict[str, str]],
        item_texts: pd.DataFrame,
        user_texts: pd.DataFrame,
        item_embeddings: Embeddings,
        user_text_embeddings: Embeddings,
        item_interests: pd.DataFrame,
        options: FeatureFusionOptions,
    ) -> TrainingData:
        """Build histories and feature blocks from what the stage may see, and fit blocks on nothing else.

        Interests come in learned from the training split, which every stage may see.
        """
        events = history(split_interactions, stage)
        texts = visible_texts(user_texts, split_interactions, stage)
        links = visible_relations(relations, split_interactions, stage)
        known_items = np.flatnonzero(items["item_id"].isin(events["item_id"].unique()))
        known_users = np.flatnonzero(users["user_id"].isin(events["user_id"].unique()))
        words = item_texts.set_index("item_id")["lexical"].reindex(items["item_id"]).fillna("")
        vocabulary = LexicalBlock(options.minimum_word_count).fit(words.iloc[known_items])
        item_blocks = build_item_blocks(
            items, column_roles["items"], words, vocabulary, item_embeddings, texts, user_text_embeddings,
            item_interests, links, known_items,
        )  # fmt: skip
        user_blocks = build_user_blocks(
            users, column_roles["users"], texts, user_text_embeddings, links, known_users, vocabulary,
            options.number_ranges,
        )  # fmt: skip
        profiles = build_profiles(events, item_blocks.ids, user_blocks)
        return options.fusing().fuse(TrainingData(profiles, item_blocks))

    return build_training_data
