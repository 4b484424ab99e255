"""Reasons in words, in English and Chinese."""

from collections.abc import Iterable, Sequence
from typing import Literal

from tesserec.recommenders.reasons import Evidence

Language = Literal["en", "zh"]

# Of each source: what is said where items of the history are named, where words or attributes are, and where
# nothing is.
_PHRASES = {
    "en": {
        "content": ("close in content to {cited}", "", ""),
        "behaviour": ("often chosen together with {cited}", "", ""),
        "people": (
            "chosen by people who share your taste for {cited}",
            "",
            "chosen by people whose history is like yours",
        ),
        "attributes": ("of the same kind as {cited}", "of a kind that you often choose ({cited})", ""),
        "profile": ("", "chosen by people like you ({cited})", "chosen by people like you"),
        "words": ("", "close to what you wrote: {cited}", "close to what you wrote"),
        "popularity": ("", "", "popular with everyone"),
    },
    "zh": {
        "content": ("内容与{cited}相近", "", ""),
        "behaviour": ("常与{cited}一起被选择", "", ""),
        "people": ("同样喜欢{cited}的人也选择了它", "", "与您历史相似的人也选择了它"),
        "attributes": ("与{cited}属于同类", "属于您常选的类别（{cited}）", ""),
        "profile": ("", "与您情况相似的人选择了它（{cited}）", "与您情况相似的人选择了它"),
        "words": ("", "与您写过的{cited}相近", "与您写过的内容相近"),
        "popularity": ("", "", "大家都喜欢"),
    },
}
_QUOTES = {"en": ("“{}”", " and "), "zh": ("《{}》", "和")}
_VALUES = {"en": ", ", "zh": "、"}
# One or several items that the sentence has named before.
_NAMED = {"en": ("it", "them"), "zh": ("它", "它们")}
_SHARED = {"en": " (both: {})", "zh": "（共同点：{}）"}
_JOIN = {"en": ("; also ", "."), "zh": ("，并且", "。")}


def word_reason(
    evidence: Evidence, titles: Sequence[str], language: Language, shared: Sequence[str] = ()
) -> str:
    """Put evidence into one sentence.

    Args:
        evidence: Where the score came from.
        titles: What each item position is called.
        language: Of the sentence.
        shared: Topics or keywords that the item has in common with the history items that are cited for
            their content.
    """
    clauses: list[str] = []
    named: set[int] = set()
    for source in evidence.told or ["popularity"]:
        of_history, of_features, plain = _PHRASES[language][source]
        features = evidence.features.get(source, {})
        items = evidence.history.get(source, {})
        if features and of_features:
            clauses.append(of_features.replace("{cited}", _list_features(features, source, language)))
        elif items and of_history:
            clauses.append(of_history.replace("{cited}", _list_items(items, titles, named, language)))
            named = set(items)
        else:
            clauses.append(plain)
        if source == "content" and shared:
            clauses[-1] += _SHARED[language].format(_VALUES[language].join(shared))
    join, stop = _JOIN[language]
    sentence = join.join(clauses) + stop
    return sentence[:1].upper() + sentence[1:]


def _list_items(items: Iterable[int], titles: Sequence[str], named: set[int], language: Language) -> str:
    cited = list(items)
    if set(cited) == named:
        return _NAMED[language][len(cited) > 1]
    quote, conjunction = _QUOTES[language]
    return conjunction.join(quote.format(titles[item]) for item in cited)


def _list_features(names: Iterable[str], source: str, language: Language) -> str:
    """Quote words; list attributes, which bring along what they are attributes of, as they are."""
    if source == "words":
        return _QUOTES[language][1].join(f"“{name}”" for name in names)
    return _VALUES[language].join(names)
