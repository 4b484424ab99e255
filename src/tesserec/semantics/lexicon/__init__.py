"""Opinions told by words of praise and complaint, with negation: no learning, English and Chinese.

`en.txt` and `zh.txt` hold the words; their first lines explain the marks.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tesserec.text.segmentation import segment

# A comma parts clauses too: what "not" denies ends there. A point inside a number does not.
CLAUSE = re.compile(r"(?:[^.,;:!?…。，、；：！？\n()—]|(?<=\d)[.,:](?=\d)|(?<=\w)\.(?=\w\.))+")
# Chinese has no spaces between words: where a writer puts one, a clause ends.
_PAUSE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
AROUND = " \"'“”‘’-–"
# Words between a negation and the word that it turns: "not a very good film".
REACH = 3
TURNED = -0.7  # "not good" is less bad than "good" is good
STRENGTHENED = 1.5
AFTER_BUT = 2.0
LONGEST_ZH = 4  # pieces of a Chinese word that the segmenter may have cut apart
_ENDINGS = ("s", "d", "r", "ed", "ly", "es", "er", "ing", "est")


@dataclass(frozen=True)
class Opinion:
    """A word of praise or complaint.

    Attributes:
        word: The word as it stands in the lexicon, or inflected.
        start: Its place among the words of its clause.
        strength: Above 0 for praise; negation and strengthening counted in.
    """

    word: str
    start: int
    strength: float


@dataclass(frozen=True)
class Lexicon:
    """Words of opinion of one language.

    Attributes:
        polarity: 2 or 1 for praise, -1 or -2 for complaint.
        negations: Words that turn what follows.
        strengthening: Words that strengthen what follows.
        turns: Words after which counts more.
        empty: Nouns that are no aspect of anything.
    """

    polarity: dict[str, float]
    negations: frozenset[str]
    strengthening: frozenset[str]
    turns: frozenset[str]
    empty: frozenset[str]

    def polarity_of(self, word: str) -> float:
        """Return the polarity of a word or of the word that it is an inflection of; 0: no opinion."""
        if word in self.polarity:
            return self.polarity[word]
        if word in self.strengthening:
            return 0.0
        if not word.isascii():
            return self._within(word)
        stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return next((self.polarity[stem] for stem in stems if stem in self.polarity), 0.0)

    def _within(self, word: str) -> float:
        """Look behind the first character of a Chinese word that the segmenter left whole: 很棒, 不爽."""
        polarity = self.polarity.get(word[1:], 0.0)
        if word[0] in self.negations:
            return TURNED * polarity
        return STRENGTHENED * polarity if word[0] in self.strengthening else 0.0

    def opinions(self, words: Sequence[str]) -> Iterator[Opinion]:
        """Find the opinions among the words of one clause, in their order."""
        at, denied, strong = 0, -REACH - 1, -2
        while at < len(words):
            length, polarity = self._longest(words, at)
            word = words[at]
            if polarity:
                turned = TURNED if at - denied <= REACH else 1.0
                raised = STRENGTHENED if at - strong == 1 else 1.0
                yield Opinion("".join(words[at : at + length]), at, polarity * turned * raised)
            elif word in self.negations:
                # "not un-": two negations leave what stood there.
                denied = -REACH - 1 if at - denied <= 1 else at
            if word in self.strengthening:
                strong = at
            at += length

    def _longest(self, words: Sequence[str], at: int) -> tuple[int, float]:
        """Return how many words from `at` make an opinion, and its polarity; (1, 0) if none does."""
        if not words[at].isascii():
            for length in range(min(LONGEST_ZH, len(words) - at), 1, -1):
                polarity = self.polarity.get("".join(words[at : at + length]), 0.0)
                if polarity:
                    return length, polarity
        return 1, self.polarity_of(words[at])


NO_LEXICON = Lexicon({}, frozenset(), frozenset(), frozenset(), frozenset())


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read the lexicon of a language; an empty one where there is none."""
    file = files(__name__).joinpath(f"{language}.txt")
    if not file.is_file():
        return NO_LEXICON
    marked: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        mark, *words = line.split()
        marked.setdefault(mark, []).extend(words)
    polarity = {word: float(mark) for mark in ("1", "2", "-1", "-2") for word in marked[mark]}
    return Lexicon(polarity, *(frozenset(marked[mark]) for mark in ("not", "very", "but", "empty")))


@cache
def _turn(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, load_lexicon(language).turns), key=len, reverse=True))
    bounded = words if language == "zh" else rf"\b(?:{words})\b"
    return re.compile(rf"(?=(?:{bounded}))" if words else r"(?!)", re.IGNORECASE)


def clauses(text: str, language: str) -> list[str]:
    """Cut a text at its punctuation, Chinese at spaces, and before a "but"; the pieces stand as they are."""
    parts = (found for part in _PAUSE.split(text) for found in CLAUSE.findall(part))
    pieces = (piece for part in parts for piece in _turn(language).split(part))
    return [stripped for piece in pieces if (stripped := piece.strip(AROUND))]


def lexicon_score(text: str, language: str) -> float:
    """Weigh praise against complaint.

    `(p - c) / sqrt(p + c)` for the sums p and c of praise and complaint: one word says less than three that
    agree. Clauses after a "but" count double.

    Args:
        text: A clean text.
        language: "en", "zh" or anything else.

    Returns:
        The score, above 0 for praise; NaN where no word of opinion is found.
    """
    lexicon = load_lexicon(language)
    praise = complaint = 0.0
    weight = 1.0
    for clause in clauses(text, language):
        words = segment(clause, language)
        if words and words[0] in lexicon.turns:
            weight = AFTER_BUT
        for opinion in lexicon.opinions(words):
            praise += weight * max(opinion.strength, 0)
            complaint += weight * max(-opinion.strength, 0)
    total = praise + complaint
    return (praise - complaint) / math.sqrt(total) if total else math.nan
