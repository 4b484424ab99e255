"""Why an item answers a question, in English and Chinese."""

from collections.abc import Mapping, Sequence

from tesserec.recommenders.phrases import Language
from tesserec.recommenders.reasons import MENTIONED

# Words of a question that a reason names at most.
NAMED_WORDS = 3

_PHRASES = {
    "en": {"words": "mentions {words}", "meaning": "close in meaning to {asked}"},
    "zh": {"words": "提到了{words}", "meaning": "含义与{asked}相近"},
}
_QUOTES = {"en": ("“{}”", ", ", "“{}”"), "zh": ("“{}”", "、", "《{}》")}
_WISH = {"en": "what you asked for", "zh": "您的要求"}
_JOIN = {"en": ("; also ", ".", " "), "zh": ("，并且", "。", "")}


def word_answer(
    shares: Mapping[str, float], found: Sequence[str], taste: str, title: str, language: Language
) -> str:
    """Put the reasons for one item into words, the strongest first.

    A source is told if it gave most, or at least `MENTIONED` of what raised the score.

    Args:
        shares: What `words`, `meaning` and `taste` gave to the score.
        found: Words of the question that the item's text has, the most telling first.
        taste: What the recommender says of the item, a sentence.
        title: Of the item that was asked for; empty for a wish in words.
        language: Of the question.
    """
    raised = {source: share for source, share in shares.items() if share > 0} or {"taste": 1.0}
    ranked = sorted(raised, key=lambda source: -raised[source])
    told = [ranked[0], *(one for one in ranked[1:] if raised[one] >= MENTIONED * sum(raised.values()))]
    quote, comma, titled = _QUOTES[language]
    join, stop, space = _JOIN[language]
    words = comma.join(quote.format(word) for word in found[:NAMED_WORDS])
    asked = titled.format(title) if title else _WISH[language]
    phrases = [
        _PHRASES[language][source].format(words=words, asked=asked) for source in told if source != "taste"
    ]
    clauses = join.join(phrases) + stop if phrases else ""
    sentences = {"taste": taste, "asked": clauses[:1].upper() + clauses[1:]}
    order = ["taste", "asked"] if told[0] == "taste" else ["asked", "taste"]
    return space.join(sentences[one] for one in order if (phrases if one == "asked" else "taste" in told))
