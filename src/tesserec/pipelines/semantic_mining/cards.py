"""Nodes that tell items by their topic and keywords."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tesserec.encoders.corpus import chunk_characters, encode_chunks, new_chunks
from tesserec.encoders.keys import content_keys
from tesserec.encoders.store import StoredChunk, StoredVectors, VectorStore
from tesserec.encoders.texts import unit_length
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.semantics import SEPARATOR
from tesserec.semantics.candidate_phrases import candidate_phrases
from tesserec.semantics.keywords import LEAST_NEARNESS, choose_diverse, nearness, term_weights, top_words

logger = logging.getLogger(__name__)

_ITEMS_AT_ONCE = 4096
# Items of a language on which it is judged whether the encoder reads it.
_JUDGED = 300


def find_phrases(
    item_texts: pd.DataFrame, split_interactions: pd.DataFrame, options: SemanticMiningOptions
) -> pd.DataFrame:
    """Find the phrases of each item that set it apart from the items of the training split, by TF-IDF.

    There are `phrases_per_keyword` times as many as the keywords that are wanted: an encoder then reads a
    bounded number of short phrases, each different one once.

    Args:
        item_texts: Columns item_id, language, contextual.
        split_interactions: Columns item_id, split.
        options: Numbers of keywords and phrases.

    Returns:
        Columns item_id, phrase; the best of each item first.
    """
    pairs = zip(item_texts["contextual"], item_texts["language"], strict=True)
    documents = [candidate_phrases(text, language) for text, language in pairs]
    seen = np.flatnonzero(seen_in_training(item_texts, split_interactions))
    weights, phrases = term_weights(documents, [documents[row] for row in seen], options.minimum_items)
    best = top_words(weights, phrases, options.phrases_per_keyword * options.keywords_per_item)
    table = pd.DataFrame({"item_id": item_texts["item_id"].to_numpy(), "phrase": best})
    return table.explode("phrase").dropna().astype({"phrase": "str"}).reset_index(drop=True)


def encode_phrases(
    item_phrases: pd.DataFrame,
    item_texts: pd.DataFrame,
    split_interactions: pd.DataFrame,
    phrase_vectors_before: VectorStore,
    encoding: TokenEncodingOptions,
    options: SemanticMiningOptions,
) -> Iterator[StoredChunk]:
    """Encode the phrases that have no vector yet, with the encoder of the items, on this machine.

    None is encoded where there is nothing to choose: one phrase a keyword.

    Args:
        item_phrases: Column phrase.
        item_texts: Columns item_id, lexical; what the lexical encoder learns from.
        split_interactions: Columns item_id, split.
        phrase_vectors_before: What earlier runs encoded.
        encoding: The encoder.
        options: Number of phrases.

    Yields:
        New vectors, chunk by chunk; the last chunk is empty.
    """
    seen = seen_in_training(item_texts, split_interactions)
    encoders = encoding.encoders(item_texts.loc[seen, encoding.column].tolist())
    description = encoders[0].description
    known = phrase_vectors_before.vectors_of(description.digest, description.size).keys
    phrases = item_phrases["phrase"].unique().tolist() if options.phrases_per_keyword > 1 else []
    chunks = new_chunks([phrases], known, chunk_characters(encoding.batch_tokens))
    yield from encode_chunks(chunks, encoders, len(phrases))
    yield StoredChunk.empty(description)


def write_item_cards(
    item_texts: pd.DataFrame,
    item_interests: pd.DataFrame,
    item_topics: pd.DataFrame,
    item_phrases: pd.DataFrame,
    text_vectors: VectorStore,
    phrase_vectors: VectorStore,
    encoding_run: dict[str, Any],
    options: SemanticMiningOptions,
) -> pd.DataFrame:
    """Describe each item by its interest, its topic and its keywords.

    Keywords are the phrases of the item that TF-IDF found, chosen and ordered by how near their meaning is to
    that of the whole text, and far from one another. Where the encoder has no vector, or does not read the
    language, TF-IDF has the say.

    Args:
        item_texts: Columns item_id, language, contextual, lexical.
        item_interests: Columns item_id, interest, interest_name.
        item_topics: Columns item_id, topic, topic_name.
        item_phrases: Columns item_id, phrase, the best of each item first.
        text_vectors: Vectors of the texts.
        phrase_vectors: Vectors of the phrases.
        encoding_run: Which encoder and which column, as `encode_texts` tells.
        options: Number of keywords, and the seed of the draw on which the encoder is judged.

    Returns:
        Columns item_id, language, interest, interest_name, topic, topic_name, keywords (joined by `|`); empty
        strings where unknown.
    """
    encoder = encoding_run["digest"], encoding_run["encoder"]["size"]
    known, read = text_vectors.vectors_of(*encoder), phrase_vectors.vectors_of(*encoder)
    phrases = item_phrases.groupby("item_id")["phrase"].agg(list)
    own = [phrases.get(item, []) for item in item_texts["item_id"]]
    texts = item_texts[encoding_run["column"]].tolist()
    count, keywords = options.keywords_per_item, []
    understood = _understood(item_texts["language"], texts, own, known, read, count, options.seed)
    for start in range(0, len(own), _ITEMS_AT_ONCE):
        part = slice(start, start + _ITEMS_AT_ONCE)
        vectors = _vectors(known, texts[part]) * understood[part, None]
        keywords += _keywords(vectors, own[part], read, count)
    cards = item_texts[["item_id", "language"]]
    for kind, groups in (("interest", item_interests), ("topic", item_topics)):
        cards = cards.merge(groups[["item_id", kind, f"{kind}_name"]], on="item_id")
    return cards.assign(keywords=pd.Series(keywords, dtype="str"))


def seen_in_training(item_texts: pd.DataFrame, split_interactions: pd.DataFrame) -> pd.Series:
    """Mark the items of the training split: True or False per row of `item_texts`."""
    trained = split_interactions.loc[split_interactions["split"] == "train", "item_id"]
    return item_texts["item_id"].isin(trained)


def _understood(
    languages: pd.Series,
    texts: Sequence[str],
    phrases: Sequence[list[str]],
    known: StoredVectors,
    read: StoredVectors,
    count: int,
    seed: int,
) -> np.ndarray:
    """Tell whether the encoder reads the language of each text, by its best phrases, (texts,) bool."""
    generator = np.random.default_rng(seed)
    understood = np.zeros(len(texts), dtype=bool)
    for language, rows in languages.groupby(languages).indices.items():
        drawn = generator.permutation(rows)[:_JUDGED]
        own = [_vectors(read, phrases[row][:count]) for row in drawn]
        near = nearness(_vectors(known, [texts[row] for row in drawn]), own)
        understood[rows] = near >= LEAST_NEARNESS
        logger.info("keywords in %s: %s has the say, the encoder tells own phrases from others at %.2f",
                    language, "the encoder" if near >= LEAST_NEARNESS else "TF-IDF", near)  # fmt: skip
    return understood


def _keywords(
    texts: np.ndarray, phrases: Sequence[list[str]], stored: StoredVectors, count: int
) -> list[str]:
    """Return the keywords of each text, given its vector, joined."""
    different, codes = np.unique([phrase for row in phrases for phrase in row], return_inverse=True)
    vectors = _vectors(stored, different.tolist())
    ends = np.cumsum([0, *map(len, phrases)])
    joined = []
    for row, text in enumerate(texts):
        chosen = choose_diverse(text, vectors[codes[ends[row] : ends[row + 1]]], count)
        joined.append(SEPARATOR.join(phrases[row][place] for place in chosen))
    return joined


def _vectors(stored: StoredVectors, texts: Sequence[str]) -> np.ndarray:
    """Return the vectors of texts, of length one, zeros where there is none, (texts, d)."""
    places = stored.places(content_keys(texts))
    vectors = np.zeros((len(texts), stored.size), dtype=np.float32)
    vectors[places >= 0] = stored.vectors(places[places >= 0])
    return unit_length(vectors)
