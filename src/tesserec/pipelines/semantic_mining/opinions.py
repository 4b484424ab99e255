"""Nodes about opinions in user texts."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from tesserec.encoders import Embeddings
from tesserec.encoders.tuning import hold_back, tune
from tesserec.metrics import classification_metrics
from tesserec.pipelines.semantic_mining.options import SemanticMiningOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.ratings.scale import find_scale
from tesserec.semantics.aspects import find_aspects, judge_aspects
from tesserec.semantics.ratings_of_texts import PAIR, rated_texts, user_means
from tesserec.semantics.reliability import calibration_error, reliability
from tesserec.semantics.sentiment import Sentiment, enough, learn_sentiment
from tesserec.splits import visible_texts

logger = logging.getLogger(__name__)

OPINION = ["user_id", "item_id", "kind", "timestamp"]


def judge_user_texts(
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    split_interactions: pd.DataFrame,
    encoding: TokenEncodingOptions,
    options: SemanticMiningOptions,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Judge each user text, and each clause that names an aspect.

    Texts about held-out pairs, and those written after the cut, are judged, but teach nothing: no words, no
    aspects, no language model.

    Args:
        user_texts: Columns text_id, user_id, item_id, kind, timestamp, language, contextual.
        user_text_embeddings: One vector per text.
        split_interactions: Events with their split.
        encoding: The encoder.
        options: What reads opinions, kinds of text without any, limits of aspects, the seed.

    Returns:
        Opinions (user_id, item_id, kind, timestamp, positive, taught; a row per text, positive NaN where
        nothing can be said, taught where anything was learned from it), opinions on aspects (user_id,
        item_id, aspect, phrase, positive), and how well the probabilities fit the ratings of validation
        texts.
    """
    texts = user_texts.reset_index(drop=True)
    teaches = _known_before(texts, split_interactions)
    told, checked = _rated(texts, teaches, split_interactions)
    fresh = _held_back(texts, told, options)
    if fresh.all():
        vectors = user_text_embeddings.rows(texts["text_id"])
    else:
        vectors = _read(texts, told[~fresh], encoding, options.seed)
    model = _learn(texts, vectors, told, fresh, options.seed)
    positive = _judge(texts, vectors, model, options.kinds_without_opinion)
    report = _report(checked, positive)
    logger.info("sentiment on %d validation texts: AUC %.3f, calibration error %.3f",
                report["texts"], report["auc"], report["calibration_error"])  # fmt: skip
    phrases, speaking = _judge_aspects(texts, teaches, model, options)
    taught = np.isin(np.arange(len(texts)), [*told["row"], *speaking])
    return texts[OPINION].assign(positive=positive, taught=taught), phrases, report


def _known_before(texts: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    """Mark the texts that may teach, (texts,) bool."""
    known = texts["text_id"].isin(visible_texts(texts, events, "tuning")["text_id"]).to_numpy()
    # A pair that was met again later: which of the events its text belongs to is unknown.
    return known & ~_among(texts, events[events["split"] != "train"])


def _rated(
    texts: pd.DataFrame, teaches: np.ndarray, events: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what `rated_texts` tells of training and of validation texts."""
    train = events[events["split"] == "train"]
    scale = find_scale(train, "auto")
    means = user_means(scale.observations(train)) if scale.graded else (pd.Series(dtype=float), np.nan)
    told = rated_texts(texts[teaches], train, scale, *means)
    checked = rated_texts(texts, events[events["split"] == "valid"], scale, *means)
    return told.assign(row=np.flatnonzero(teaches)[told["row"]]), checked


def _among(texts: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    """Mark the texts whose pair has an event, (texts,) bool."""
    return pd.MultiIndex.from_frame(texts[PAIR]).isin(pd.MultiIndex.from_frame(events[PAIR]))


def _held_back(texts: pd.DataFrame, told: pd.DataFrame, options: SemanticMiningOptions) -> np.ndarray:
    """Return which of `told` do not teach the language model, (told,) bool: all, where it stays as it is."""
    everything = np.ones(len(told), dtype=bool)
    if options.opinion_reader == "frozen":
        return everything
    held_back = hold_back(texts["contextual"].iloc[told["row"]].tolist(), options.seed)
    if not enough(told["favourable"].to_numpy(bool)[held_back]):
        logger.info("the language model is not tuned to opinions: %d rated texts are too few", len(told))
        return everything
    return held_back


def _read(texts: pd.DataFrame, taught: pd.DataFrame, encoding: TokenEncodingOptions, seed: int) -> np.ndarray:
    """Return what a language model that learned from `taught` says of texts, (texts, 1)."""
    said = texts["contextual"].iloc[taught["row"]].tolist()
    favourable, weights = taught["favourable"].to_numpy(bool), taught["weight"].to_numpy(float)
    return tune(encoding.tunable(), said, favourable, weights, seed).encode(texts["contextual"].tolist())


def _learn(
    texts: pd.DataFrame, vectors: np.ndarray, told: pd.DataFrame, fresh: np.ndarray, seed: int
) -> Sentiment:
    rows = told["row"].to_numpy()
    return learn_sentiment(
        texts["contextual"].iloc[rows].tolist(),
        texts["language"].iloc[rows].tolist(),
        vectors[rows],
        told["favourable"].to_numpy(bool),
        told["weight"].to_numpy(float),
        seed,
        fresh,
    )


def _judge(texts: pd.DataFrame, vectors: np.ndarray, model: Sentiment, silent: list[str]) -> np.ndarray:
    positive = model.judge(texts["contextual"].tolist(), texts["language"].tolist(), vectors)
    return np.where(texts["kind"].isin(silent), np.nan, positive)


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
    texts: pd.DataFrame, teaches: np.ndarray, model: Sentiment, options: SemanticMiningOptions
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return what is said of aspects, and the rows of the texts that they were found in."""
    speaks = ~texts["kind"].isin(options.kinds_without_opinion).to_numpy()
    spoken, speaking = texts[speaks], np.flatnonzero(speaks & teaches)
    known = texts.iloc[speaking]
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
    pairs = spoken[PAIR].iloc[[one.text for one in found]].reset_index(drop=True)
    return pd.concat([pairs, said], axis=1), speaking
