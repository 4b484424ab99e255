"""Feature blocks of people."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.encoders.embeddings import Embeddings
from tesserec.features.attributes import CategoryBlock, RangeBlock, columns_with
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.features.relations import relation_block
from tesserec.features.texts import LexicalBlock, joined_words, mean_vectors


def build_user_blocks(
    users: pd.DataFrame,
    roles: Mapping[str, str],
    texts: pd.DataFrame,
    text_embeddings: Embeddings,
    relations: pd.DataFrame,
    known: np.ndarray,
    vocabulary: LexicalBlock,
    number_ranges: int,
) -> FeatureBlocks:
    """Build all blocks that the tables allow.

    | block | columns | fitted on known people |
    |---|---|---|
    | `text` | mean embedding of what the person wrote | – |
    | `lexical` | TF-IDF of those words, in the items' vocabulary | – |
    | `demographics` | category columns and ranges of number columns | columns, ranges |
    | `relations` | friends, groups, places | – |

    Args:
        users: Cleaned users, (users, ...); they give the order of the rows.
        roles: Role of each attribute column of `users`.
        texts: Visible user texts: none that was written after the cut or about a held-out pair.
        text_embeddings: Embeddings of user texts, by text_id.
        relations: Head and tail types and ids.
        known: Positions of the people with a history; whatever is fitted is fitted on these.
        vocabulary: The items' words.
        number_ranges: Ranges that each number column is cut into.
    """
    ids = users["user_id"].to_numpy(object)
    index = pd.Index(ids)
    categories = CategoryBlock(columns_with(roles, "category", "multi_category"), roles).fit(
        users.iloc[known]
    )
    ranges = RangeBlock(columns_with(roles, "number"), number_ranges).fit(users.iloc[known])
    links, linked = relation_block(relations, "user", index)
    blocks: dict[str, Matrix] = {
        "text": mean_vectors(texts["user_id"], text_embeddings.rows(texts["text_id"]), index),
        "lexical": vocabulary.transform(joined_words(texts, "user_id", index)),
        "demographics": sp.csr_array(sp.hstack([categories.transform(users), ranges.transform(users)])),
        "relations": links,
    }
    names = {
        "lexical": vocabulary.names,
        "demographics": categories.names + ranges.names,
        "relations": linked,
    }
    return FeatureBlocks(ids, blocks, names).without_empty()
