"""Nodes about the words by which the texts of two items are alike."""

import logging
from collections.abc import Iterator
from typing import cast

import pandas as pd
import plotly.graph_objects as go

from tesserec import plots
from tesserec.encoders.attribution import match_words
from tesserec.encoders.transformer import TransformerEncoder
from tesserec.errors import ConfigError
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.report import MATCH_TYPES, choose_people, cited_by_content
from tesserec.tables.names import titles_by_id
from tesserec.text.excerpts import shorten
from tesserec.text.stop_words import STOP_WORDS

logger = logging.getLogger(__name__)


def match_item_words(
    recommendations: pd.DataFrame,
    evidence: pd.DataFrame,
    interactions: pd.DataFrame,
    item_texts: pd.DataFrame,
    encoding: TokenEncodingOptions,
    options: ReportingOptions,
) -> pd.DataFrame:
    """Match the words of the recommendations that the report shows with those of what was chosen before.

    The texts of items are read, never those of people. Each recommended item is set beside the item of the
    history whose content gave most to its score. The encoder is loaded only if there is such a pair.

    Args:
        recommendations: Columns user_id, item_id.
        evidence: Columns user_id, item_id, rank, source, kind, cited, share.
        interactions: Columns user_id, item_id.
        item_texts: Columns item_id, language, contextual.
        encoding: The encoder.
        options: People, suggestions, length of the texts and number of pairs.

    Returns:
        user_id, item_id, cited (the item of the history), share (of the score, given by its content),
        language, word (of the recommended item), matched (of the item of the history), part (what the two
        add to the cosine of both texts); the strongest of each recommendation first. Empty where the
        encoder's cosine does not split over words, as the log then tells.
    """
    people = choose_people(recommendations, interactions, options.people).index
    pairs = cited_by_content(evidence[evidence["user_id"].isin(people)], options.suggestions)
    rows: list[tuple[str | float, ...]] = []
    try:
        if len(pairs):
            needed = item_texts["item_id"].isin({*pairs["item_id"], *pairs["cited"]})
            texts = item_texts[needed].set_index("item_id")
            rows = list(_matches(pairs, texts, _encoder(encoding), options))
    except ConfigError as error:
        logger.warning("The report marks no words: %s", error)
    return pd.DataFrame(rows, columns=list(MATCH_TYPES)).astype(MATCH_TYPES)


def draw_word_matches(word_matches: pd.DataFrame, items: pd.DataFrame) -> go.Figure:
    """Draw the words of the two texts with the strongest match."""
    return plots.word_match_figure(word_matches, titles_by_id(items))


def _encoder(encoding: TokenEncodingOptions) -> TransformerEncoder:
    """Return the encoder on one device of this machine; a few texts are not worth compiling it.

    Raises:
        ConfigError: If it is no transformer.
    """
    if encoding.encoder != "transformer":
        raise ConfigError(
            f"token_encoding.encoder is {encoding.encoder}, whose likeness is not split over words: "
            "choose transformer"
        )
    encoder = encoding.model_copy(update={"compile": False}).encoders([])[0]
    return cast(TransformerEncoder, encoder)


def _matches(
    pairs: pd.DataFrame, texts: pd.DataFrame, encoder: TransformerEncoder, options: ReportingOptions
) -> Iterator[tuple[str | float, ...]]:
    languages = texts["language"]
    excerpts = texts["contextual"].map(lambda text: shorten(text, options.excerpt))
    both = [(excerpts[cited], excerpts[item]) for item, cited in pairs[["item_id", "cited"]].to_numpy()]
    rows = pairs.itertuples(index=False, name=None)
    for (user, item, cited, share), found in zip(rows, match_words(encoder, both), strict=True):
        stop_words = STOP_WORDS[languages[item]] | STOP_WORDS[languages[cited]]
        for matched, word, part in found.strongest(options.word_pairs, stop_words):
            yield user, item, cited, share, languages[item], word, matched, part
