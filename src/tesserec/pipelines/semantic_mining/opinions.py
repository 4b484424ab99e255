"""Nodes about opinions in user texts."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from tesserec.encoders import Embeddings, Encoder
from tesserec.encoders.corpus import chunk_characters, encode_chunks, new_chunks
from tesserec.encoders.store import StoredChunk, VectorStore
from tesserec.metrics import classification_metrics
from tesserec.pipelines.semantic_mining.cards import vectors_of_texts
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.ratings.scale import find_scale
from tesserec.semantics.aspects import find_aspects, judge_aspects
from tesserec.semantics.ratings_of_texts import PAIR, rated_texts, user_means
from tesserec.semantics.reliability import calibration_error, reliability
from tesserec.semantics.sentiment import Sentiment, enough, learn_sentiment

logger = logging.getLogger(__name__)

OPINION = ["user_id", "item_id", "kind", "timestamp"]
_TEXTS_AT_ONCE = 16_384

VectorsOf = Callable[[pd.DataFrame], np.ndarray]


def encode_opinions(
    user_texts: pd.DataFrame,
    split_interactions: pd.DataFrame,
    opinion_vectors_before: VectorStore,
    encoding: TokenEncodingOptions,
    options: SemanticMiningOptions,
) -> Iterator[StoredChunk]:
    """Read the texts that hold an opinion once more, for what the layers of the language model say of them.

    None is read where too few are rated to learn from, the encoder has no layers, or `opinion_layers` is 0.

    Args:
        user_texts: Columns user_id, item_id, kind, contextual.
        split_interactions: Events with their split.
        opinion_vectors_before: What earlier runs encoded.
        encoding: The encoder.
        options: Kinds of text without opinion, number of layers.

    Yields:
        New vectors, chunk by chunk; the last chunk is empty.
    """
    silent = options.kinds_without_opinion
    told, _ = _rated(user_texts, split_interactions, silent)
    encoders = _readers(told, encoding, options)
    if encoders:
        description = encoders[0].description
        known = opinion_vectors_before.vectors_of(description.digest, description.size).keys
        texts = user_texts.loc[~user_texts["kind"].isin(silent), "contextual"].tolist()
        chunks = new_chunks([texts], known, chunk_characters(encoding.batch_tokens))
        yield from encode_chunks(chunks, encoders, len(texts))
        yield StoredChunk.empty(description)


def judge_user_texts(
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    opinion_vectors: VectorStore,
    split_interactions: pd.DataFrame,
    encoding: TokenEncodingOptions,
    options: SemanticMiningOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Judge each user text, and each clause that names an aspect.

    Texts about held-out pairs are judged, but teach nothing: neither words nor aspects.

    Args:
        user_texts: Columns text_id, user_id, item_id, kind, timestamp, language, contextual.
        user_text_embeddings: One vector per text.
        opinion_vectors: What `encode_opinions` read, to judge by instead of these.
        split_interactions: Events with their split.
        encoding: The encoder.
        options: Kinds of text without opinion, number of layers, limits of aspects, the seed.

    Returns:
        Opinions (user_id, item_id, kind, timestamp, positive; a row per text, positive NaN where nothing can
        be said), opinions on aspects (user_id, item_id, aspect, phrase, positive), and how well the
        probabilities fit the ratings of validation texts.
    """
    texts = user_texts.reset_index(drop=True)
    silent = options.kinds_without_opinion
    told, checked = _rated(texts, split_interactions, silent)
    vectors_of = _vectors_of(_readers(told, encoding, options), opinion_vectors, user_text_embeddings)
    model = _learn(texts, vectors_of, told, options.seed)
    positive = _judge(texts, vectors_of, model, silent)
    report = _report(checked, positive)
    logger.info("sentiment on %d validation texts: AUC %.3f, calibration error %.3f",
                report["texts"], report["auc"], report["calibration_error"])  # fmt: skip
    opinions = texts[OPINION].assign(positive=positive)
    return opinions, _judge_aspects(texts, split_interactions, model, options), report


def _rated(texts: pd.DataFrame, events: pd.DataFrame, silent: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what `rated_texts` tells of training and of validation texts."""
    train, held_out = events[events["split"] == "train"], events[events["split"] != "train"]
    scale = find_scale(train, "auto")
    means = user_means(scale.observations(train)) if scale.graded else (pd.Series(dtype=float), np.nan)
    told = rated_texts(texts, train, scale, *means)
    # A pair that was met again later: which of the events its text belongs to is unknown.
    later = _among(texts.iloc[told["row"]], held_out)
    checked = rated_texts(texts, events[events["split"] == "valid"], scale, *means)
    spoken = ~texts["kind"].iloc[told["row"]].isin(silent).to_numpy()
    return told[~later & spoken], checked


def _among(texts: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    """Mark the texts whose pair has an event, (texts,) bool."""
    return pd.MultiIndex.from_frame(texts[PAIR]).isin(pd.MultiIndex.from_frame(events[PAIR]))


def _readers(
    told: pd.DataFrame, encoding: TokenEncodingOptions, options: SemanticMiningOptions
) -> list[Encoder]:
    """Return what reads opinions; nothing where their embeddings do."""
    learns = enough(told["favourable"].to_numpy(bool))
    return encoding.joining(options.opinion_layers) if learns else []


def _vectors_of(readers: list[Encoder], read: VectorStore, embeddings: Embeddings) -> VectorsOf:
    """Return what finds the vectors that texts are judged by."""
    if not readers:
        return lambda texts: embeddings.rows(texts["text_id"])
    description = readers[0].description
    stored = read.vectors_of(description.digest, description.size)
    return lambda texts: vectors_of_texts(stored, texts["contextual"].tolist())


def _learn(texts: pd.DataFrame, vectors_of: VectorsOf, told: pd.DataFrame, seed: int) -> Sentiment:
    rated = texts.iloc[told["row"]]
    return learn_sentiment(
        rated["contextual"].tolist(),
        rated["language"].tolist(),
        vectors_of(rated),
        told["favourable"].to_numpy(bool),
        told["weight"].to_numpy(float),
        seed,
    )


def _judge(texts: pd.DataFrame, vectors_of: VectorsOf, model: Sentiment, silent: list[str]) -> np.ndarray:
    positive = np.full(len(texts), np.nan)
    spoken = np.flatnonzero(~texts["kind"].isin(silent))
    for start in range(0, len(spoken), _TEXTS_AT_ONCE):
        rows = spoken[start : start + _TEXTS_AT_ONCE]
        part = texts.iloc[rows]
        said, languages = part["contextual"].tolist(), part["language"].tolist()
        positive[rows] = model.judge(said, languages, vectors_of(part))
    return positive


def _report(checked: pd.DataFrame, positive: np.ndarray) -> dict[str, Any]:
    judged = checked[~np.isnan(positive[checked["row"]])]
    liked, said = judged["favourable"].to_numpy(bool), positive[judged["row"]]
    return {
        "texts": len(judged),
        **classification_metrics(liked, said),
        "calibration_error": calibration_error(liked, said),
        "reliability": reliability(liked, said),
    }


def _judge_aspects(
    texts: pd.DataFrame, events: pd.DataFrame, model: Sentiment, options: SemanticMiningOptions
) -> pd.DataFrame:
    spoken = texts[~texts["kind"].isin(options.kinds_without_opinion)].reset_index(drop=True)
    known = spoken[~_among(spoken, events[events["split"] != "train"])]
    aspects = find_aspects(
        known["contextual"].tolist(),
        known["language"].tolist(),
        options.minimum_aspect_texts,
        options.aspects,
    )
    found = judge_aspects(spoken["contextual"].tolist(), spoken["language"].tolist(), aspects, model.judge)
    logger.info("%d aspects in %d phrases; the first: %s", len(aspects), len(found), ", ".join(aspects[:10]))
    said = pd.DataFrame(
        {
            "aspect": pd.Series([one.aspect for one in found], dtype="str"),
            "phrase": pd.Series([one.phrase for one in found], dtype="str"),
            "positive": pd.Series([one.positive for one in found], dtype="float64"),
        }
    )
    return pd.concat([spoken[PAIR].iloc[[one.text for one in found]].reset_index(drop=True), said], axis=1)
