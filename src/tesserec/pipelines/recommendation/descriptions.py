"""The steps from lists to a text about each of their top items."""

from collections.abc import Mapping

import pandas as pd

from tesserec.narration.describe import describe
from tesserec.narration.facts import collect_facts
from tesserec.narration.prompts import PromptTemplate
from tesserec.pipelines.recommendation.options import RecommendationOptions
from tesserec.recommenders.phrases import Language
from tesserec.reranking import ItemColumns
from tesserec.tables.names import name_items


def read_prompts(
    description_prompt_en: str, description_prompt_zh: str, options: RecommendationOptions
) -> dict[Language, PromptTemplate]:
    """Read the prompts and find the model that they are for, before anything is computed.

    Raises:
        ConfigError: If a prompt has a wrong field or language, or the model cannot be had.
    """
    options.descriptions.writer()
    return {
        "en": PromptTemplate.read("description_prompt_en.txt", description_prompt_en, "en"),
        "zh": PromptTemplate.read("description_prompt_zh.txt", description_prompt_zh, "zh"),
    }


def describe_recommendations(
    recommendations: pd.DataFrame,
    items: pd.DataFrame,
    column_roles: Mapping[str, Mapping[str, str]],
    item_cards: pd.DataFrame,
    user_profiles: pd.DataFrame,
    description_prompts: Mapping[Language, PromptTemplate],
    options: RecommendationOptions,
) -> pd.DataFrame:
    """Say of the top items of each list why they fit; see `tesserec.narration.describe`.

    Returns:
        user_id, item_id, description, written_by (`model` or `template`), rejected (why a model's text was
        not taken).
    """
    chosen = options.descriptions
    top = recommendations[recommendations["rank"] <= chosen.ranks]
    if chosen.people is not None:
        top = top[top["user_id"].isin(top["user_id"].unique()[: chosen.people])]
    top = top.reset_index(drop=True)
    named = items[["item_id", "description"]].assign(
        title=name_items(items), category=_categories(items, column_roles["items"])
    )
    facts = collect_facts(top, named, item_cards, user_profiles)
    texts = describe(facts, description_prompts, chosen.writer(), chosen.longest_description)
    return pd.concat([top[["user_id", "item_id"]], texts], axis=1)


def _categories(items: pd.DataFrame, roles: Mapping[str, str]) -> pd.Series | str:
    """Return the main column of categories, empty if there is none."""
    column = ItemColumns(items, roles).main_category()
    return "" if column is None else items[column].fillna("").astype(str)
