"""The steps from the fitted recommender to lists for everyone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tesserec.encoders import Embeddings
from tesserec.evaluation.faithfulness import compare_deletions, summarise_deletions
from tesserec.features.blocks import positions
from tesserec.pipelines.model_training.options import ModelTrainingOptions
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.ratings import PairPredictor, serving
from tesserec.recommenders import Fusion, TrainingData
from tesserec.recommenders.blend import Blends
from tesserec.recommenders.cards import ItemCards
from tesserec.recommenders.lists import recommend
from tesserec.recommenders.own_texts import OwnTexts
from tesserec.recommenders.profiles import Profiles
from tesserec.semantics import SEPARATOR
from tesserec.semantics.topic_words import BETWEEN_LANGUAGES
from tesserec.splits import history
from tesserec.tables.names import name_items


def check_reranking(
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    exclusions: pd.DataFrame,
    options: RecommendationOptions,
) -> dict[str, str]:
    """Check what is to be done after ranking as soon as the tables are clean, before anything is computed.

    Returns:
        What each active step does, in words, by the name that its lists have in the comparison.

    Raises:
        ConfigError: If a rule does not fit the tables.
    """
    steps = options.reranking.steps_of_tables(items, column_roles["items"], exclusions)
    return options.reranking.in_words(steps)


def fit_recommender(
    serving_data: TrainingData, serving_blends: Blends, models: ModelTrainingOptions
) -> Fusion:
    """Fit the fusion on everything that is known, for the lists that people will see."""
    return Fusion.fit(models.build(), serving_blends, serving_data)


def recommend_items(
    recommender: Fusion,
    serving_data: TrainingData,
    candidates: pd.DataFrame,
    exclusions: pd.DataFrame,
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    item_cards: pd.DataFrame,
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    options: RecommendationOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Recommend to everyone, people without a history included; see `tesserec.recommenders.lists`.

    Returns:
        The lists with reasons, and the evidence for them.
    """
    item_ids = serving_data.items.ids
    blocks = recommend(
        recommender,
        _with_texts(serving_data.profiles, user_texts, user_text_embeddings),
        serving_data.items,
        read_cards(items, item_cards),
        positions(item_ids, candidates["item_id"]) if len(candidates) else None,
        options.list_length,
        repeats=options.repeats,
        reason_language=options.reason_language,
        reranking=options.reranking.steps(serving_data, items, column_roles["items"], exclusions),
    )
    lists, evidence = zip(*blocks, strict=True)
    return pd.concat(lists, ignore_index=True), pd.concat(evidence, ignore_index=True)


def check_reasons(
    recommender: Fusion,
    serving_data: TrainingData,
    evidence: pd.DataFrame,
    user_texts: pd.DataFrame,
    user_text_embeddings: Embeddings,
    options: RecommendationOptions,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Delete what reasons cite, score again, and compare with deleting as much of the rest.

    Returns:
        See `tesserec.evaluation.faithfulness`: one row per person, and what they say together.
    """
    check = options.faithfulness
    profiles = _with_texts(serving_data.profiles, user_texts, user_text_embeddings)
    data = TrainingData(profiles, serving_data.items)
    deletions = compare_deletions(recommender, data, evidence, check.people, check.seed)
    return deletions, summarise_deletions(deletions, evidence, check.rounds, check.seed)


def predict_pairs(
    pairs: pd.DataFrame,
    pair_predictor: PairPredictor,
    recommender: Fusion,
    serving_data: TrainingData,
    split_interactions: pd.DataFrame,
    models: ModelTrainingOptions,
) -> pd.DataFrame:
    """Predict a rating and the probability of a like for the pairs that were asked for, from all data."""
    blocks = models.pairs.blocks_for(graded=pair_predictor.scale.graded)
    events = history(split_interactions, "serving")
    return serving.predict_pairs(pair_predictor, pairs, events, serving_data, blocks, recommender)


def _with_texts(profiles: Profiles, user_texts: pd.DataFrame, embeddings: Embeddings) -> Profiles:
    """Return the profiles with the texts that reasons may cite: all of them, as serving sees them."""
    return replace(profiles, texts=OwnTexts.of(user_texts, embeddings, profiles.user_ids))


def read_cards(items: pd.DataFrame, item_cards: pd.DataFrame) -> ItemCards:
    """Return what reasons say of the items, in the order of the table items."""
    cards = item_cards.set_index("item_id").reindex(items["item_id"])
    # The name of an interest in each of its languages is a word of its own.
    called = cards["interest_name"].fillna("").str.replace(BETWEEN_LANGUAGES, SEPARATOR, regex=False)
    words = (cards["keywords"].fillna("") + SEPARATOR + called).str.split(SEPARATOR, regex=False)
    keywords = [[word for word in of_item if word] for of_item in words]
    return ItemCards(name_items(items), cards["language"].to_numpy(object), keywords)
