"""A description without a model: fluent sentences about whatever is known."""

import re
from collections.abc import Sequence

from tesserec.narration.facts import Facts
from tesserec.recommenders.phrases import Language
from tesserec.text.language import spoken

_WORDS = 3  # more is a list, not a sentence
_SEVERAL = re.compile(r"\s*[,、]\s*")

# Words and names stand where any of them is grammatical: between brackets, after a colon, between quotes.
_SENTENCES = {
    "en": {
        "title": "“{}”",
        "category": " ({})",
        "both": "{item} belongs to {subject} and has something in common with what you chose: {words}.",
        "subject": "{item} belongs to {subject}.",
        "words": "{item} has something in common with what you chose: {words}.",
        "keywords": "Something for you: {item}. It is described by these words: {words}.",
        "nothing": "Something for you: {item}.",
        "favourite": "the subject you choose most ({})",
        "liked": "a subject you also choose ({})",
        "evidence": " Why this one? {}",
    },
    "zh": {
        "title": "《{}》",
        "category": "（{}）",
        "both": "{item}属于{subject}，与您选过的内容还有共同之处：{words}。",
        "subject": "{item}属于{subject}。",
        "words": "{item}与您选过的内容有共同之处：{words}。",
        "keywords": "为您推荐{item}，关键词：{words}。",
        "nothing": "为您推荐{item}。",
        "favourite": "您选得最多的一类（{}）",
        "liked": "您也选过的一类（{}）",
        "evidence": "推荐理由：{}",
    },
}
_JOINS = {"en": (", ", " and "), "zh": ("、", "和")}


def word_description(facts: Facts) -> str:
    """Say in the person's language why the item fits: what it shares with the profile, then the evidence.

    Words of another language than the sentence's are left out; titles stay as they are.

    Args:
        facts: Of the item and the person.
    """
    language = facts.language
    say = _SENTENCES[language]
    category, interest = _enumerated(facts.category, language), _enumerated(facts.interest, language)
    item = say["title"].format(facts.title) + (say["category"].format(category) if category else "")
    subject = ""
    if interest and facts.interest in facts.interests:
        subject = say["favourite" if facts.interest == facts.interests[0] else "liked"].format(interest)
    liked = {word.casefold() for word in facts.likes}
    keywords = spoken(facts.keywords, language)
    shared = [word for word in keywords if word.casefold() in liked]
    if subject or shared:
        pattern = "both" if subject and shared else "subject" if subject else "words"
    else:
        # A category says better than single words what an item is.
        pattern = "keywords" if keywords and not category else "nothing"
    words = _joined((shared or keywords)[:_WORDS], language)
    described = say[pattern].format(item=item, subject=subject, words=words)
    return described + (say["evidence"].format(facts.evidence) if facts.evidence else "")


def _enumerated(names: str, language: Language) -> str:
    """Return the names that are in the language, with its comma between them."""
    return _JOINS[language][0].join(spoken(_SEVERAL.split(names), language))


def _joined(words: Sequence[str], language: Language) -> str:
    comma, conjunction = _JOINS[language]
    return conjunction.join(filter(None, (comma.join(words[:-1]), *words[-1:])))
