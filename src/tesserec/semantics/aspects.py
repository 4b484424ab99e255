"""What opinions are about: the nouns that people praise and complain of, and what they say of each.

Frequent nouns near words of opinion, after Hu and Liu (2004, "Mining and summarizing customer reviews").
Nouns are told without a tagger: in English by what stands around them, in Chinese
by the segmenter's dictionary.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.semantics.lexicon import AROUND, Lexicon, clauses, load_lexicon
from tesserec.text.segmentation import is_chinese_noun, segment
from tesserec.text.stop_words import STOP_WORDS

# A noun ends a phrase that a determiner opens ("the wooden acting is"), this often at least.
NOUN_SHARE = 0.2
# A verb takes a determiner or follows "to" or "it" ("it explains every joke"), a noun hardly ever.
VERB_SHARE = 0.2
_DETERMINERS = frozenset(
    "a an the its his her their this that these those my our your some any no every each".split()
)
_OPENS_WITHIN = 2
_BEFORE_VERBS = frozenset("to i you he she it we they who which".split())
# Shorter pieces behind a comma ("humour", "and the acting") belong to what stands before them; Chinese says
# more with fewer words.
_FEWEST_WORDS = {"en": 3, "zh": 2}
_COMMAS = ",，、"


@dataclass(frozen=True)
class AspectOpinion:
    """One thing spoken of in one text.

    Attributes:
        text: The place of the text.
        aspect: The noun.
        phrase: The words that speak of it, as they stand in the text.
        positive: The probability that they speak well of it.
    """

    text: int
    aspect: str
    phrase: str
    positive: float


def find_aspects(texts: Sequence[str], languages: Sequence[str], fewest: int, most: int) -> list[str]:
    """Find the nouns that opinions are about.

    Args:
        texts: Clean texts of training rows, (n,).
        languages: The language of each, (n,).
        fewest: Texts in which an aspect must stand in a clause with a word of opinion.
        most: Most aspects of each language.

    Returns:
        The aspects, the most frequent first.
    """
    found = []
    for language in ("en", "zh"):
        own = [text for text, said in zip(texts, languages, strict=True) if said == language]
        found += _aspects_of(own, language, fewest, most)
    return list(dict.fromkeys(found))


def _aspects_of(texts: Sequence[str], language: str, fewest: int, most: int) -> list[str]:
    lexicon, stop_words = load_lexicon(language), STOP_WORDS[language]
    near_opinion, times = Counter[str](), Counter[str]()
    as_noun, as_verb = Counter[str](), Counter[str]()
    for text in texts:
        cut = [segment(clause, language) for clause in clauses(text, language)]
        near_opinion.update({word for words in cut if any(lexicon.opinions(words)) for word in words})
        for words in cut:
            times.update(words)
            as_noun.update(_ends_of_phrases(words, stop_words))
            as_verb.update(_verbs(words))
    aspects = [
        word
        for word, count in near_opinion.most_common()
        if count >= fewest
        and (
            is_chinese_noun(word)
            if language == "zh"
            else as_noun[word] >= NOUN_SHARE * times[word] and as_verb[word] <= VERB_SHARE * times[word]
        )
        and _may_be_aspect(word, lexicon, stop_words)
    ]
    return aspects[:most]


def _may_be_aspect(word: str, lexicon: Lexicon, stop_words: frozenset[str]) -> bool:
    fixed = stop_words | lexicon.empty | lexicon.negations | lexicon.strengthening
    return word not in fixed and len(word) > 1 and not lexicon.polarity_of(word) and not word[0].isdigit()


def _ends_of_phrases(words: Sequence[str], stop_words: frozenset[str]) -> list[str]:
    """Return the words that end a phrase which a determiner opens."""
    return [
        word
        for at, word in enumerate(words)
        if (at + 1 == len(words) or words[at + 1] in stop_words)
        and not _DETERMINERS.isdisjoint(words[max(at - _OPENS_WITHIN, 0) : at])
    ]


def _verbs(words: Sequence[str]) -> list[str]:
    """Return the words that stand before a determiner or after what a verb follows."""
    return [
        word
        for at, word in enumerate(words)
        if (at and words[at - 1] in _BEFORE_VERBS) or (at + 1 < len(words) and words[at + 1] in _DETERMINERS)
    ]


def phrases(text: str, language: str) -> list[str]:
    """Cut a text into clauses, each long enough to say something; they stand as they are in the text."""
    fewest = _FEWEST_WORDS.get(language, 1)
    places: list[tuple[int, int]] = []
    at = 0
    for clause in clauses(text, language):
        start = text.index(clause, at)
        listed = bool(places) and text[at:start].strip(AROUND) in set(_COMMAS)
        at = start + len(clause)
        if listed and len(segment(clause, language)) < fewest:
            places[-1] = (places[-1][0], at)
        else:
            places.append((start, at))
    return [text[start:end] for start, end in places]


def judge_aspects(
    texts: Sequence[str],
    languages: Sequence[str],
    aspects: Sequence[str],
    judge: Callable[[Sequence[str], Sequence[str]], np.ndarray],
) -> list[AspectOpinion]:
    """Find what each text says of each aspect.

    Args:
        texts: Clean texts, (n,).
        languages: The language of each, (n,).
        aspects: What to look for.
        judge: Gives the probability of praise of each phrase from phrases and their languages; NaN where
            nothing can be said.

    Returns:
        One per text, aspect and phrase that names it.
    """
    known = set(aspects)
    found = [
        (row, aspect, phrase, language)
        for row, (text, language) in enumerate(zip(texts, languages, strict=True))
        for phrase in phrases(text, language)
        for aspect in dict.fromkeys(word for word in segment(phrase, language) if word in known)
    ]
    positive = judge([phrase for _, _, phrase, _ in found], [language for *_, language in found])
    return [
        AspectOpinion(row, aspect, phrase, float(probability))
        for (row, aspect, phrase, _), probability in zip(found, positive, strict=True)
        if not np.isnan(probability)
    ]
