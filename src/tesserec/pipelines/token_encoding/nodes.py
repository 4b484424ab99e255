import logging
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from time import perf_counter
from typing import Any

from tesserec.catalog.streams import Chunk
from tesserec.encoders import Embeddings
from tesserec.encoders.corpus import encode_chunks, new_chunks
from tesserec.encoders.embeddings import PART_ROWS
from tesserec.encoders.gathering import gather
from tesserec.encoders.statistics import EncodingRun
from tesserec.encoders.store import StoredChunk, VectorStore
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.tables.batches import TableBatches

TEXTS_AT_ONCE = 8192

logger = logging.getLogger(__name__)

Part = tuple[Chunk[Embeddings], dict[str, Any]]


def encode_texts(
    item_texts: TableBatches,
    user_texts: TableBatches,
    vectors_before: VectorStore,
    options: TokenEncodingOptions,
) -> Iterator[tuple[StoredChunk, dict[str, Any]]]:
    """Encode the texts of items and users that have no vector of this encoder yet.

    Args:
        item_texts: A column contextual.
        user_texts: The same.
        vectors_before: What earlier runs encoded.
        options: The encoder and how it reads.

    Yields:
        New vectors, chunk by chunk; and the encoder with what the run took so far. The last chunk is empty.
    """
    encoders = options.build()
    description = encoders[0].description
    known = vectors_before.vectors_of(description.digest, description.size).keys
    texts = chain(_texts(item_texts), _texts(user_texts))
    run, started = EncodingRun(), perf_counter()
    for chunk in encode_chunks(new_chunks(texts, known), encoders, len(item_texts) + len(user_texts)):
        run = run.after(chunk.made, perf_counter() - started)
        yield chunk, _described(chunk, run)
    logger.info(
        "encoded %d texts, %d had a vector; %d tokens, %.0f tokens/s",
        run.texts, len(known), run.tokens, run.tokens_per_second,
    )  # fmt: skip
    nothing = StoredChunk.empty(description)
    yield nothing, _described(nothing, run)


def gather_item_embeddings(
    item_texts: TableBatches, text_vectors: VectorStore, encoding_run: dict[str, Any]
) -> Iterator[Part]:
    """Look up the vector of every item.

    Args:
        item_texts: Columns item_id, contextual.
        text_vectors: The store that holds them.
        encoding_run: Which encoder, as `encode_texts` tells.

    Yields:
        Embeddings by item_id, part by part; and what their texts are, so far.
    """
    yield from _gather(item_texts, "item_id", text_vectors, encoding_run)


def gather_user_text_embeddings(
    user_texts: TableBatches, text_vectors: VectorStore, encoding_run: dict[str, Any]
) -> Iterator[Part]:
    """Look up the vector of every text that users wrote, by text_id, as `gather_item_embeddings` does."""
    yield from _gather(user_texts, "text_id", text_vectors, encoding_run)


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


def _texts(table: TableBatches) -> Iterator[list[str]]:
    for batch in table.batches(["contextual"], TEXTS_AT_ONCE):
        yield batch["contextual"].tolist()


def _described(chunk: StoredChunk, run: EncodingRun) -> dict[str, Any]:
    return {
        "encoder": asdict(chunk.encoder),
        "digest": chunk.encoder.digest,
        "run": asdict(run) | {"tokens_per_second": run.tokens_per_second},
    }


def _gather(
    texts: TableBatches, id_column: str, text_vectors: VectorStore, encoding_run: dict[str, Any]
) -> Iterator[Part]:
    stored = text_vectors.vectors_of(encoding_run["digest"], encoding_run["encoder"]["size"])
    batches = texts.batches([id_column, "contextual"], PART_ROWS)
    columns = ((batch[id_column].to_numpy(dtype=object), batch["contextual"].tolist()) for batch in batches)
    total = max(-(-len(texts) // PART_ROWS), 1)
    for number, (part, statistics) in enumerate(gather(columns, stored)):
        yield Chunk(part, number, total), asdict(statistics)
