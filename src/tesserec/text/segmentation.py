"""Cut clean text into lower-cased words: jieba for Chinese, a Unicode word pattern for everything else."""

import logging
import re
import unicodedata
from functools import cache

import jieba

# Python's \w knows no combining marks, without which Hindi or Thai words fall apart.
MARKS = "".join(
    chr(code) for code in range(0x300, 0xFE00) if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)  # fmt: skip
LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}])*"
WORD = re.compile(
    rf"\d+(?:[.,]\d+)+(?:[^\W_]*)"  # 3.5mm, 1,000
    rf"|(?:[^\W\d_]\.){{2,}}"  # u.s.a.
    rf"|{LETTERS}(?:['’\-]{LETTERS})*(?:\+\+|\+|\#)?"  # don't, sci-fi, 4k, c++, c#
)
HAS_LETTER = re.compile(r"[^\W_]")


def segment(text: str, language: str) -> list[str]:
    """Cut a text into words.

    Args:
        text: clean text.
        language: "zh" for Chinese; every other language is cut at what is no letter, digit, or inner
            apostrophe, hyphen or decimal point.

    Returns:
        Lower-cased words in their order, without punctuation and without the English genitive "'s".
    """
    lowered = text.lower()
    if language == "zh":
        return [word for word in _chinese().lcut(lowered) if HAS_LETTER.search(word)]
    return [word.replace("’", "'").removesuffix("'s") for word in WORD.findall(lowered)]


def locate_words(text: str, language: str) -> list[tuple[str, int, int]]:
    """Return the words of a text, as `segment` cuts it, each with the places where it begins and ends.

    Args:
        text: clean text.
        language: as for `segment`.

    Returns:
        word, its first character and the one behind its last; in their order.
    """
    # Letters that lower to several keep their place, and so do all behind them.
    lowered = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    lowered = lowered.replace("’", "'")
    places: list[tuple[str, int, int]] = []
    position = 0
    for word in segment(lowered, language):
        start = lowered.find(word, position)
        if start >= 0:
            position = start + len(word)
            places.append((word, start, position))
    return places


@cache
def _chinese() -> jieba.Tokenizer:
    """Load the dictionary once, on first use, into a tokenizer of our own: others may change jieba's."""
    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()


def is_chinese_noun(word: str) -> bool:
    """Tell whether the segmenter's dictionary knows a Chinese word as a common noun."""
    return _chinese_tags().get(word) in {"n", "nz", "vn", "an"}


@cache
def _chinese_tags() -> dict[str, str]:
    """Read the kind of each word of the segmenter's dictionary, its third column."""
    with _chinese().get_dict_file() as file:
        rows = (line.decode("utf-8").split() for line in file)
        return {row[0]: row[2] for row in rows}
