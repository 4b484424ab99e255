"""Tell Chinese and English from all other languages by script and function words.

This is no general language identifier: it decides which segmenter and which stop words a text gets, and a
wrong answer on a two-word title costs next to nothing. It needs no model and reads only the head of a text.
"""

import re
from collections.abc import Iterable
from typing import Literal

import pandas as pd

Language = Literal["zh", "en", "other"]

SAMPLE_LENGTH = 200  # characters; the language of a text shows in its first sentences
WORDS_PER_HAN = 4  # a Chinese title may carry its foreign original: 教父 The Godfather
KANA_SHARE = 0.2  # of Han and kana; Japanese has far more, Chinese brands borrow a の

HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
# A Chinese title before its Japanese original: 千与千寻 千と千尋の神隠し.
LEADING_CHINESE = re.compile(r"(?=\S*[\u4e00-\u9fff]{2})[^\s\u3041-\u3096\u30a1-\u30fa]+\s")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
LATIN_WORD = re.compile("[a-z'\u00aa\u00ba\u00df-\u024f\u1e00-\u1eff]+")

ENGLISH = frozenset(
    "a about after all an and are as at be but by can for from had has have he her his i if in into is it "
    "its me my no not of on or our out she so that the their there they this to up was we were what when "
    "which who will with you your".split()
)
# Function words of German, French, Spanish, Italian, Portuguese and Dutch that are no English words.
FOREIGN = frozenset(
    "auch auf aus bei das dem den der des die ein eine einem einen einer es für ich ist mit nach nicht oder "
    "sich sie und von vom wie wir zu zum zur "
    "au aux avec c'est ce ces cette d'un d'une dans du elle est et il ils je la le les leur mais n'est nous "
    "par pas pour qu'il que qui sa se ses sont sur un une vous "
    "del desde el ella ellos en entre esta este hasta las lo los mi muy para pero por porque ser su sus una "
    "al alla anche che col da dal dalla dei della delle di gli io nel nella non questo sono tra uno "
    "com das dos ele ela em foi isso meu nos os ou pela pelo seu sua um uma "
    "aan bij dat de dit een het hij ik niet naar ook uit van voor waar wat zijn".split()
)


def detect_language(text: str) -> Language:
    """Name the language of a text.

    Args:
        text: clean text of any length.

    Returns:
        "zh" where Chinese characters lead, also with foreign words between them; "en" for English and for
        Latin text that shows no sign of another language; "other" for the rest and for text without letters.
    """
    sample = text[:SAMPLE_LENGTH]
    if not sample.isascii():
        han, kana = len(HAN.findall(sample)), len(KANA.findall(sample))
        if kana and kana >= KANA_SHARE * (han + kana) and not LEADING_CHINESE.match(sample):
            return "other"
        if han and WORDS_PER_HAN * han >= len(WORD.findall(HAN.sub(" ", sample))):
            return "zh"
    return "en" if _is_english(sample.lower().replace("’", "'")) else "other"


def _is_english(sample: str) -> bool:
    words = WORD.findall(sample)
    # Different words are counted, so that "La La Land" has one foreign word in two.
    different = set(words)
    foreign = len(different & FOREIGN)
    if not sample.isascii():
        latin = [word for word in words if LATIN_WORD.fullmatch(word)]
        if 2 * len(latin) < len(words):
            return False
        foreign += sum(not word.isascii() and word not in FOREIGN for word in different)
    if foreign <= len(different & ENGLISH):
        return bool(words)
    # One accented name or one article is borrowed; a majority, or several among a few, is a language.
    return 2 * foreign <= len(different) and (foreign == 1 or 4 * foreign < len(different))


def detect_languages(texts: pd.Series) -> pd.Series:
    """Name the language of each text of a column, looking at each different text once.

    Args:
        texts: clean texts, without missing values.

    Returns:
        "zh", "en" or "other" on the same index.
    """
    languages = {text: detect_language(text) for text in texts.unique()}
    return texts.map(languages).astype("str")


def spoken(words: Iterable[str], language: str) -> list[str]:
    """Return the words that a sentence in a language may hold: Chinese is what has a Chinese character."""
    return [word for word in words if word and bool(HAN.search(word)) == (language == "zh")]
