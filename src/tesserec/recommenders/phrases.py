"""Reasons in words, in English and Chinese."""

from collections.abc import Sequence
from typing import Literal

from tesserec.recommenders.reasons import Evidence

Language = Literal["en", "zh"]
# A second source is mentioned if it gave at least this share of the score.
MENTIONED = 0.25

_PHRASES = {
    "en": {
        "content": "close in content to {history}",
        "behaviour": "often chosen together with {history}",
        "people": "chosen by people whose history is like yours",
        "profile": "chosen by people like you",
        "words": "close to what you wrote",
        "popularity": "popular with everyone",
    },
    "zh": {
        "content": "内容与{history}相近",
        "behaviour": "常与{history}一起被选择",
        "people": "与您历史相似的人也选择了它",
        "profile": "与您情况相似的人选择了它",
        "words": "与您写过的内容相近",
        "popularity": "大家都喜欢",
    },
}
_QUOTES = {"en": ("“{}”", " and "), "zh": ("《{}》", "和")}
# One or several items that the sentence has named before.
_NAMED = {"en": ("it", "them"), "zh": ("它", "它们")}
_JOIN = {"en": ("; also ", "."), "zh": ("，并且", "。")}


def word_reason(evidence: Evidence, titles: Sequence[str], language: Language) -> str:
    """Put evidence into one sentence.

    Args:
        evidence: Where the score came from.
        titles: What each item position is called.
        language: Of the sentence.
    """
    quote, conjunction = _QUOTES[language]
    phrases = _PHRASES[language]
    ranked = sorted(evidence.shares, key=lambda source: -evidence.shares[source])
    usable = [source for source in ranked if evidence.history.get(source) or "{" not in phrases[source]]
    told = [
        source for place, source in enumerate(usable[:2]) if not place or evidence.shares[source] >= MENTIONED
    ]
    clauses: list[str] = []
    named: Sequence[int] = ()
    for source in told or ["popularity"]:
        cited = evidence.history.get(source, ())
        again = named and set(cited) == set(named)
        words = (
            _NAMED[language][len(cited) > 1]
            if again
            else conjunction.join(quote.format(titles[item]) for item in cited)
        )
        clauses.append(phrases[source].replace("{history}", words))
        named = cited
    join, stop = _JOIN[language]
    sentence = join.join(clauses) + stop
    return sentence[:1].upper() + sentence[1:]
