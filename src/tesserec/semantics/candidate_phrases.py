"""Phrases of a text that may be its keywords."""

import re
from collections.abc import Iterator

from tesserec.semantics.keywords import NEGATIONS, WORD_PATTERN
from tesserec.text.segmentation import segment
from tesserec.text.stop_words import STOP_WORDS

_LONGEST = 3  # words of a phrase
_PIECE = re.compile(r"[^\w\s'’\-+#&]+")  # what ends a phrase: punctuation of any script
_WORD = re.compile(WORD_PATTERN)


def candidate_phrases(text: str, language: str) -> list[str]:
    """Return every run of one to three words that no stop word, number or punctuation breaks, lower-cased.

    Chinese words are joined as they are, others with spaces.

    Args:
        text: Clean text with its punctuation.
        language: Of its segmentation and stop words.
    """
    between = "" if language == "zh" else " "
    return [
        between.join(run[start:end])
        for run in _runs(text, language)
        for start in range(len(run))
        for end in range(start + 1, min(start + _LONGEST, len(run)) + 1)
    ]


def _runs(text: str, language: str) -> Iterator[list[str]]:
    breaks = STOP_WORDS[language] | NEGATIONS
    for piece in _PIECE.split(text):
        run: list[str] = []
        for word in segment(piece, language):
            if word not in breaks and _WORD.fullmatch(word):
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run
