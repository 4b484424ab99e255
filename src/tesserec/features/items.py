"""Feature blocks of items."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tesserec.encoders.embeddings import Embeddings
from tesserec.features.attributes import CategoryBlock, NumberBlock, columns_with
from tesserec.features.blocks import FeatureBlocks, Matrix
from tesserec.features.relations import relation_block
from tesserec.features.texts import LexicalBlock, joined_words, mean_vectors


def build_item_blocks(
    items: pd.DataFrame,
    roles: Mapping[str, str],
    words: pd.Series,
    vocabulary: LexicalBlock,
    item_embeddings: Embeddings,
    texts: pd.DataFrame,
    text_embeddings: Embeddings,
    interests: pd.DataFrame,
    relations: pd.DataFrame,
    known: np.ndarray,
) -> FeatureBlocks:
    """Build all blocks that the tables allow.

    | block | columns | fitted on known items |
    |---|---|---|
    | `text` | the language model's embedding of the item's own text | – |
    | `lexical` | TF-IDF of its words | – (the vocabulary comes in fitted) |
    | `reviews` | mean embedding of what people wrote about it | – |
    | `review_words` | TF-IDF of those words | vocabulary, IDF |
    | `interests` | the interest that it belongs to | – (come in learned) |
    | `categories` | category and multi-category columns, every level of a path | columns, IDF |
    | `numbers` | number columns, standardised | mean, deviation |
    | `relations` | links to directors, brands, other items | – |

    Args:
        items: Cleaned items, (items, ...); they give the order of the rows.
        roles: Role of each attribute column of `items`.
        words: Lexical view of each item, (items,) strings.
        vocabulary: The items' words, fitted on the known items.
        item_embeddings: Embeddings of the items' texts, by item_id.
        texts: Visible user texts with item_id and lexical view: no text about a held-out pair.
        text_embeddings: Embeddings of user texts, by text_id.
        interests: item_id, interest: its number, -1 for none.
        relations: Head and tail types and ids.
        known: Positions of the items that occur in the histories; whatever is fitted is fitted on these.
    """
    ids = items["item_id"].to_numpy(object)
    index = pd.Index(ids)
    reviews, review_words = _review_blocks(texts, text_embeddings, index, known, vocabulary.minimum_count)
    attributes, attribute_names = _attribute_blocks(items, roles, known)
    links, linked = relation_block(relations, "item", index)
    blocks: dict[str, Matrix] = {"text": item_embeddings.rows(ids), "lexical": vocabulary.transform(words)}
    blocks["interests"] = _interest_block(interests, index)
    blocks |= reviews | attributes | {"relations": links}
    names = {"lexical": vocabulary.names, "review_words": review_words}
    names |= attribute_names | {"relations": linked}
    return FeatureBlocks(ids, blocks, names).without_empty()


def _review_blocks(
    texts: pd.DataFrame, embeddings: Embeddings, index: pd.Index, known: np.ndarray, minimum_count: int
) -> tuple[dict[str, Matrix], list[str]]:
    """Return the blocks of what people wrote about the items, and the words."""
    about = texts[texts["item_id"].notna()]
    written = joined_words(about, "item_id", index)
    words = LexicalBlock(minimum_count).fit(written.iloc[known])
    blocks: dict[str, Matrix] = {
        "reviews": mean_vectors(about["item_id"], embeddings.rows(about["text_id"]), index),
        "review_words": words.transform(written),
    }
    return blocks, words.names


def _interest_block(interests: pd.DataFrame, index: pd.Index) -> sp.csr_array:
    """Return 1 where an item belongs to an interest, (items, interests)."""
    numbers = interests["interest"].to_numpy()
    rows = index.get_indexer(interests["item_id"])
    inside = (rows >= 0) & (numbers >= 0)
    entries = (np.ones(inside.sum(), dtype=np.float32), (rows[inside], numbers[inside]))
    return sp.csr_array(entries, shape=(len(index), int(numbers.max(initial=-1)) + 1))


def _attribute_blocks(
    items: pd.DataFrame, roles: Mapping[str, str], known: np.ndarray
) -> tuple[dict[str, Matrix], dict[str, list[str]]]:
    """Return the blocks of the attribute columns, and the names of their columns."""
    categories = CategoryBlock(columns_with(roles, "category", "multi_category"), roles)
    numbers = NumberBlock(columns_with(roles, "number"))
    blocks = {
        "categories": categories.fit(items.iloc[known]).transform(items),
        "numbers": numbers.fit(items.iloc[known]).transform(items),
    }
    return blocks, {"categories": categories.names, "numbers": list(numbers.columns)}
