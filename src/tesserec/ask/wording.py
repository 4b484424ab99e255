"""Why an item answers a question, in English and Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass

from tesserec.recommenders.phrases import MENTIONED, Language

# Words of a question that a reason names at most.
NAMED_WORDS = 3

_PHRASES = {
    "en": {"words": "mentions {words}", "meaning": "close in meaning to what you asked for"},
    "zh": {"words": "提到了{words}", "meaning": "含义与您的要求相近"},
}
_QUOTES = {"en": ("“{}”", ", "), "zh": ("“{}”", "、")}
_JOIN = {"en": ("; also ", ".", " "), "zh": ("，并且", "。", "")}


@dataclass(frozen=True)
class Answer:
    """What the score of one item is made of.

    Args:
        words: What the words of the question gave to the score.
        meaning: What its meaning gave.
        preference: What the person's taste gave.
        found: Words of the question that the item's text has, the most telling first.
        taste: What the recommender says of the item, a sentence.
    """

    words: float
    meaning: float
    preference: float
    found: Sequence[str]
    taste: str


def word_answer(answer: Answer, language: Language) -> str:
    """Put the reasons for one item into words, the strongest first.

    A source is told if it gave at least `MENTIONED` of the score, or more than the others.

    Args:
        answer: What its score is made of.
        language: Of the question.
    """
    gave = {"words": answer.words, "meaning": answer.meaning, "preference": max(answer.preference, 0)}
    total = sum(gave.values())
    ranked = sorted(gave, key=lambda source: -gave[source])
    told = [source for place, source in enumerate(ranked) if not place or gave[source] >= MENTIONED * total]
    told = [source for source in told if total or source == "preference"]
    quote, comma = _QUOTES[language]
    named = comma.join(quote.format(word) for word in answer.found[:NAMED_WORDS])
    join, stop, space = _JOIN[language]
    phrases = [_PHRASES[language][source].format(words=named) for source in told if source != "preference"]
    sentences = []
    if phrases:
        asked = join.join(phrases) + stop
        sentences.append(asked[:1].upper() + asked[1:])
    if "preference" in told or not phrases:
        sentences.insert(0 if told[:1] == ["preference"] else 1, answer.taste)
    return space.join(sentences)
