import logging
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from tesserec.encoders import Embeddings
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

logger = logging.getLogger(__name__)


def encode_item_texts(
    item_texts: pd.DataFrame, options: TokenEncodingOptions
) -> tuple[Embeddings, dict[str, Any]]:
    """Encode the contextual view of every item.

    Args:
        item_texts: Columns item_id, contextual.
        options: The language model and how it reads.

    Returns:
        Embeddings by item_id; the encoder and what the encoding took.
    """
    return _encode(item_texts["item_id"], item_texts["contextual"], "item texts", options)


def encode_user_texts(
    user_texts: pd.DataFrame, options: TokenEncodingOptions
) -> tuple[Embeddings, dict[str, Any]]:
    """Encode the contextual view of every text that users wrote.

    Args:
        user_texts: Columns text_id, contextual.
        options: The language model and how it reads.

    Returns:
        Embeddings by text_id; the encoder and what the encoding took.
    """
    return _encode(user_texts["text_id"], user_texts["contextual"], "user texts", options)


def collect_token_statistics(
    item_token_statistics: dict[str, Any], user_token_statistics: dict[str, Any]
) -> dict[str, Any]:
    """Put the encoder, and what it took to encode each kind of text, into one table for the report."""
    return {
        "encoder": item_token_statistics["encoder"],
        "item_texts": item_token_statistics["encoding"],
        "user_texts": user_token_statistics["encoding"],
    }


def _encode(
    ids: pd.Series, texts: pd.Series, what: str, options: TokenEncodingOptions
) -> tuple[Embeddings, dict[str, Any]]:
    encoder = options.build()
    vectors, statistics = encoder.encode_measured(texts.tolist())
    logger.info(
        "%s: %d, of them %d different and %d longer than one window; %d tokens, %.0f tokens/s",
        what, statistics.texts, statistics.unique_texts, statistics.windowed_texts, statistics.tokens,
        statistics.tokens_per_second,
    )  # fmt: skip
    described = {
        "encoder": asdict(encoder.description),
        "encoding": asdict(statistics) | {"tokens_per_second": statistics.tokens_per_second},
    }
    return Embeddings(ids=ids.to_numpy(dtype=object), vectors=np.asarray(vectors)), described
