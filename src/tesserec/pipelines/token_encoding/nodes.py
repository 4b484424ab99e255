import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from tesserec.catalog.streams import Chunk
from tesserec.encoders import Embeddings, Encoder
from tesserec.encoders.compression import Compression
from tesserec.encoders.corpus import TextChunk, chunk_characters, encode_chunks, new_chunks
from tesserec.encoders.embeddings import PART_ROWS, joined
from tesserec.encoders.gathering import gather
from tesserec.encoders.protocol import Description
from tesserec.encoders.ray_data import encode_chunks_on_ray
from tesserec.encoders.statistics import EncodingRun
from tesserec.encoders.store import StoredChunk, StoredVectors, VectorStore
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.tables.batches import TableBatches

TEXTS_AT_ONCE = 4096
SAMPLE_ITEMS = 50_000

logger = logging.getLogger(__name__)

Part = tuple[Chunk[Embeddings], dict[str, Any]]


def encode_texts(
    item_texts: TableBatches,
    user_texts: TableBatches,
    split_interactions: pd.DataFrame,
    vectors_before: VectorStore,
    options: TokenEncodingOptions,
) -> Iterator[tuple[StoredChunk, dict[str, Any]]]:
    """Encode the texts of items and users that have no vector of this encoder yet.

    Args:
        item_texts: Columns item_id, contextual, lexical.
        user_texts: Columns contextual, lexical.
        split_interactions: Tells the items that an encoder may learn from.
        vectors_before: What earlier runs encoded.
        options: The encoder, how it reads and where it runs.

    Yields:
        New vectors, chunk by chunk; and the encoder, the column that it read and what the run took so far.
        The last chunk is empty: it tells the store that the run is over.
    """
    trained = _trained_items(split_interactions)
    corpus = chain.from_iterable(texts for _, texts in _items(item_texts, options.column, trained))
    encoders = options.encoders(corpus)
    description = encoders[0].description
    known = vectors_before.vectors_of(description.digest, description.size).keys
    texts = chain(_texts(item_texts, options.column), _texts(user_texts, options.column))
    chunks = new_chunks(texts, known, chunk_characters(options.batch_tokens))
    total = len(item_texts) + len(user_texts)
    run, started = EncodingRun(), perf_counter()
    for chunk in _encoded(chunks, encoders, total, options):
        run = run.after(chunk.made, perf_counter() - started)
        yield chunk, _described(description, options.column, run)
    logger.info(
        "encoded %d texts, %d had a vector; %d tokens, %.0f tokens/s",
        run.texts, len(known), run.tokens, run.tokens_per_second,
    )  # fmt: skip
    yield StoredChunk.empty(description), _described(description, options.column, run)


def fit_compression(
    item_texts: TableBatches,
    split_interactions: pd.DataFrame,
    text_vectors: VectorStore,
    encoding_run: dict[str, Any],
    options: TokenEncodingOptions,
) -> Compression:
    """Learn from items of the training data how embeddings are made smaller.

    Args:
        item_texts: Columns item_id, contextual, lexical.
        split_interactions: Tells the items of the training data.
        text_vectors: The store that holds the vectors.
        encoding_run: Which encoder, as `encode_texts` tells.
        options: How embeddings are to be kept.

    Returns:
        What `gather_item_embeddings` and `gather_user_text_embeddings` apply.
    """
    stored, form = _stored(text_vectors, encoding_run), options.compression.form()
    as_they_are = Compression.none(stored.size)
    if form == as_they_are.form:
        return as_they_are
    trained = _trained_items(split_interactions)
    sampled = trained[:: -(-len(trained) // SAMPLE_ITEMS) or 1]
    batches = _items(item_texts, encoding_run["column"], sampled)
    sample = [part.rows(part.ids) for part, _ in gather(batches, stored, as_they_are)]
    return Compression.fit(np.concatenate(sample), form)


def gather_item_embeddings(
    item_texts: TableBatches,
    text_vectors: VectorStore,
    encoding_run: dict[str, Any],
    compression: Compression,
) -> Iterator[Part]:
    """Look up the vector of every item.

    Args:
        item_texts: Columns item_id, contextual, lexical.
        text_vectors: The store that holds them.
        encoding_run: Which encoder and which column, as `encode_texts` tells.
        compression: What makes them smaller.

    Yields:
        Embeddings by item_id, part by part; and what their texts are, so far.
    """
    yield from _gathered(item_texts, "item_id", text_vectors, encoding_run, compression)


def gather_user_text_embeddings(
    user_texts: TableBatches,
    text_vectors: VectorStore,
    encoding_run: dict[str, Any],
    compression: Compression,
) -> Iterator[Part]:
    """Look up the vector of every text that users wrote, by text_id, as `gather_item_embeddings` does."""
    yield from _gathered(user_texts, "text_id", text_vectors, encoding_run, compression)


def collect_token_statistics(
    encoding_run: dict[str, Any], item_token_statistics: dict[str, Any], user_token_statistics: dict[str, Any]
) -> dict[str, Any]:
    """Put the encoder, what this run took and what the texts are into one table for the report."""
    return {
        "encoder": encoding_run["encoder"],
        "this_run": encoding_run["run"],
        "item_texts": item_token_statistics,
        "user_texts": user_token_statistics,
    }


def _trained_items(split_interactions: pd.DataFrame) -> pd.Index:
    trained = split_interactions["split"] == "train"
    return pd.Index(split_interactions.loc[trained, "item_id"].unique())


def _texts(table: TableBatches, column: str) -> Iterator[list[str]]:
    for batch in table.batches([column], TEXTS_AT_ONCE):
        yield batch[column].tolist()


def _items(table: TableBatches, column: str, among: pd.Index) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield ids and texts of the items that are among some."""
    for batch in table.batches(["item_id", column], TEXTS_AT_ONCE):
        kept = batch[batch["item_id"].isin(among)]
        yield kept["item_id"].to_numpy(dtype=object), kept[column].tolist()


def _encoded(
    chunks: Iterable[TextChunk], encoders: Sequence[Encoder], total: int, options: TokenEncodingOptions
) -> Iterator[StoredChunk]:
    if options.execution == "local":
        return encode_chunks(chunks, encoders, total)
    build, description = options.maker(encoders[0]), encoders[0].description
    return encode_chunks_on_ray(chunks, build, description, total, options.ray.staging, options.ray.cluster())


def _described(encoder: Description, column: str, run: EncodingRun) -> dict[str, Any]:
    return {
        "encoder": asdict(encoder),
        "digest": encoder.digest,
        "column": column,
        "run": asdict(run) | {"tokens_per_second": run.tokens_per_second},
    }


def _stored(text_vectors: VectorStore, encoding_run: dict[str, Any]) -> StoredVectors:
    return text_vectors.vectors_of(encoding_run["digest"], encoding_run["encoder"]["size"])


def _gathered(
    texts: TableBatches,
    id_column: str,
    text_vectors: VectorStore,
    encoding_run: dict[str, Any],
    compression: Compression,
) -> Iterator[Part]:
    column = encoding_run["column"]
    batches = texts.batches([id_column, column], TEXTS_AT_ONCE)
    pairs = ((batch[id_column].to_numpy(dtype=object), batch[column].tolist()) for batch in batches)
    gathered = gather(pairs, _stored(text_vectors, encoding_run), compression)
    total = max(-(-len(texts) // PART_ROWS), 1)
    for number in range(total):
        parts = list(islice(gathered, PART_ROWS // TEXTS_AT_ONCE))
        yield Chunk(joined([part for part, _ in parts]), number, total), asdict(parts[-1][1])
