"""What people write: reviews that say what the stars say, and searches for what they like.

Sentences come from the hand-written phrase books `phrases/en.json` and `phrases/zh.json`.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

Phrases = Mapping[str, Any]
MIXED_STARS = 3
# Uniform numbers that one text uses up at most.
DRAWS = 12
# How often a review has a sentence of each kind, and a search is a phrase of the theme.
_REMARK_ON_ONESELF, _ASPECT, _SECOND_ASPECT, _TAG, _CLOSING, _THEME_PHRASE = 0.4, 0.85, 0.4, 0.5, 0.5, 0.55


@cache
def load_phrases(language: str) -> Phrases:
    """Read the phrase book of a language, `en` or `zh`."""
    book = files("tesserec.simulation") / "phrases" / f"{language}.json"
    return json.loads(book.read_text(encoding="utf-8"))


def write_review(
    item: Mapping[str, str], stars: int, themes: tuple[str, ...], language: str, draws: np.ndarray
) -> str:
    """Write a review: an opening, then some of remark on oneself, aspect, tag and closing sentences.

    Three stars bring praise and complaint; more bring praise only, fewer complaint only.

    Args:
        item: `title`, `creator`, `tags`, `domain`, `theme`, `language` of the item.
        stars: The planted opinion, 1 to 5.
        themes: What the writer likes; the remark on oneself is about the item's theme if that is among them.
        language: Language of the review, `en` or `zh`.
        draws: Uniform numbers in [0, 1), shape (DRAWS,).
    """
    book = load_phrases(language)
    parts = [_choose(book["opening"][str(stars)], draws[0])]
    if item["theme"] in themes and draws[1] < _REMARK_ON_ONESELF:
        parts.append(_choose(book["taste"][item["theme"]], draws[2]))
    opinions = ["praise"] * (stars >= MIXED_STARS) + ["complaint"] * (stars <= MIXED_STARS)
    parts += _aspects(book, opinions, item["domain"], draws[3:6])
    # A tag in another language would stand out in the sentence like a slip of the pen.
    if language == item["language"] and draws[6] < _TAG:
        parts.append(_choose(book[f"tag_{_choose(opinions, draws[7])}"], draws[8]))
    if draws[9] < _CLOSING:
        parts.append(_choose(book["closing"][str(stars)], draws[10]))
    tag = _choose(item["tags"].split("|"), draws[11])
    return book["joint"].join(parts).format(title=item["title"], creator=item["creator"], tag=tag)


def write_search(item: Mapping[str, str], language: str, draws: np.ndarray) -> str:
    """Write a search: a phrase of the item's theme, or words of the item, which the person is about to meet.

    Args:
        item: `creator`, `tags`, `domain`, `theme`, `language` of the item.
        language: Language of the search, `en` or `zh`.
        draws: Uniform numbers in [0, 1), shape (DRAWS,).
    """
    book = load_phrases(language)
    if language != item["language"] or draws[0] < _THEME_PHRASE:
        phrase = _choose(book["search"][item["theme"]], draws[2])
        return _choose(book["search_pattern"], draws[1]).format(phrase=phrase)
    tags = item["tags"].split("|")
    first = int(draws[1] * len(tags))
    pattern = _choose(book["search_item"][item["domain"]], draws[2])
    return pattern.format(tag=tags[first], other=tags[(first + 1) % len(tags)], creator=item["creator"])


def _aspects(book: Phrases, opinions: list[str], domain: str, draws: np.ndarray) -> list[str]:
    """Return sentences about the item: one for and one against, or up to two that agree."""
    if len(opinions) > 1:
        for_it, against_it = (
            _choose(book[opinion][domain], draw) for opinion, draw in zip(opinions, draws, strict=False)
        )
        return [for_it, _choose(book["turn"], draws[2]) + book["joint"] + against_it]
    aspects = book[opinions[0]][domain]
    first, step = int(draws[1] * len(aspects)), 1 + int(draws[2] * (len(aspects) - 1))
    count = int(draws[0] < _ASPECT) + int(draws[0] < _SECOND_ASPECT)
    return [aspects[first], aspects[(first + step) % len(aspects)]][:count]


def _choose(options: list[str], draw: float) -> str:
    return options[int(draw * len(options))]
