"""Reasons in words, in English and Chinese."""

from collections.abc import Sequence
from typing import Literal

from tesserec.recommenders.reasons import Evidence

Language = Literal["en", "zh"]
# A second source is mentioned if it gave at least this share of the score.
MENTIONED = 0.25

_MAIN = {
    "en": {
        "content": "Close in content to {history}",
        "behaviour": "Often chosen together with {history}",
        "people": "Chosen by people whose history is like yours",
        "profile": "Chosen by people like you",
        "words": "Close to what you wrote",
        "popularity": "Popular with everyone",
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
_SECOND = {
    "en": {
        "content": "close in content to {history}",
        "behaviour": "often chosen after what you have",
        "people": "chosen by people whose history is like yours",
        "profile": "chosen by people like you",
        "words": "close to what you wrote",
        "popularity": "popular with everyone",
    },
    "zh": {
        "content": "内容与{history}相近",
        "behaviour": "常在您看过的内容之后被选择",
        "people": "与您历史相似的人也选择了它",
        "profile": "与您情况相似的人选择了它",
        "words": "与您写过的内容相近",
        "popularity": "大家都喜欢",
    },
}
_QUOTES = {"en": ("“{}”", " and "), "zh": ("《{}》", "和")}
_JOIN = {"en": ("; also ", "."), "zh": ("，并且", "。")}


def word_reason(evidence: Evidence, titles: Sequence[str], language: Language) -> str:
    """Put evidence into one sentence.

    Args:
        evidence: Where the score came from.
        titles: Title of each item position; an item without a title is named by its id there.
        language: Of the sentence.
    """
    quote, conjunction = _QUOTES[language]
    history = conjunction.join(quote.format(titles[item]) for item in evidence.history)
    ranked = sorted(evidence.shares, key=lambda source: -evidence.shares[source])
    usable = [source for source in ranked if history or "{history}" not in _MAIN[language][source]]
    if not usable:
        usable = ["popularity"]
    main = _MAIN[language][usable[0]].format(history=history)
    join, stop = _JOIN[language]
    second = [
        _SECOND[language][source]
        for source in usable[1:2]
        if evidence.shares[source] >= MENTIONED and {source, usable[0]} != {"content", "behaviour"}
    ]
    return join.join([main, *(text.format(history=history) for text in second)]) + stop
