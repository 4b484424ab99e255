"""Give each item and each user text two views: a sentence for the language model and words for counting.

Stop words help counting and harm contextual encoders, so only the lexical view loses them.
"""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from tesserec.text.language import detect_languages
from tesserec.text.segmentation import segment
from tesserec.text.stop_words import STOP_WORDS

# "Beauty > Makeup > Nails" and "Comedy|Drama" are lists to a reader; "AC/DC" is not.
LIST_SEPARATOR = re.compile(r"\s*(?:\||>)\s*")
SENTENCE_ENDS = tuple(".!?。…;:")
LAST_IS_HAN = re.compile("[\u3400-\u9fff]$")
CATEGORY_ROLES = ("category", "multi_category")


def item_text_views(items: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    """Build both text views of each item.

    Title and categories come first: encoders keep the head of a text. Numbers are left to other blocks.

    Args:
        items: cleaned items with `item_id`, `title`, `description` and attribute columns.
        roles: role of each attribute column: text, category, multi_category or number.

    Returns:
        One row per item: item_id, language, contextual, lexical; "" in both views of an item without words.
    """
    parts = [
        items["title"],
        *(_readable_list(items[name]) for name, role in roles.items() if role in CATEGORY_ROLES),
        items["description"],
        *(items[name] for name, role in roles.items() if role == "text"),
    ]
    filled = [part.astype(object).where(part.notna(), "") for part in parts]
    contextual = pd.Series([_sentences(row) for row in zip(*filled, strict=True)], dtype="str")
    return pd.concat([items[["item_id"]].reset_index(drop=True), _views(contextual)], axis=1)


def user_text_views(texts: pd.DataFrame) -> pd.DataFrame:
    """Build both text views of each user text.

    Args:
        texts: cleaned texts with text_id, user_id, item_id, kind, text and timestamp.

    Returns:
        One row per text: text_id, user_id, item_id, kind, timestamp, language, contextual, lexical.
    """
    keys = texts[["text_id", "user_id", "item_id", "kind", "timestamp"]].reset_index(drop=True)
    contextual = texts["text"].fillna("").reset_index(drop=True)
    return pd.concat([keys, _views(contextual)], axis=1)


def _views(contextual: pd.Series) -> pd.DataFrame:
    """Return language, contextual and lexical of clean texts; each different text is looked at once."""
    unique = pd.Series(contextual.unique(), dtype="str")
    language = detect_languages(unique)
    table = pd.DataFrame({
        "language": language,
        "contextual": unique,
        "lexical": pd.Series(map(_content_words, unique, language), dtype="str"),
    })  # fmt: skip
    return table.set_index("contextual", drop=False).loc[contextual].reset_index(drop=True)


def _content_words(text: str, language: str) -> str:
    stop_words = STOP_WORDS[language]
    return " ".join(word for word in segment(text, language) if word not in stop_words)


def _readable_list(values: pd.Series) -> pd.Series:
    return values.map(lambda value: LIST_SEPARATOR.sub(", ", value).strip(", "), na_action="ignore")


def _sentences(parts: Iterable[str]) -> str:
    """Join the parts that say something, each once, as sentences."""
    said = dict.fromkeys(part for part in parts if part)
    return "".join(part + _sentence_end(part) for part in said).rstrip()


def _sentence_end(part: str) -> str:
    if part.endswith(SENTENCE_ENDS):
        return " "
    return "。" if LAST_IS_HAN.search(part) else ". "
