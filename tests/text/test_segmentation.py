import logging

import jieba
import pytest

from tesserec.text.segmentation import locate_words, segment
from tesserec.text.stop_words import STOP_WORDS

CASES = [
    ("Don't look now", ["don't", "look", "now"]),
    ("Don’t", ["don't"]),
    ("The director's cut, the actors' too", ["the", "director", "cut", "the", "actors", "too"]),
    ("C++ and C#, 4K at 3.5mm for $1,000", ["c++", "and", "c#", "4k", "at", "3.5mm", "for", "1,000"]),
    ("sci-fi -- a well-made one-off", ["sci-fi", "a", "well-made", "one-off"]),
    ("The end.Next page", ["the", "end", "next", "page"]),
    ("'quoted' (words)!", ["quoted", "words"]),
    ("Crème brûlée", ["crème", "brûlée"]),
    ("Ирония судьбы", ["ирония", "судьбы"]),
    ("हिन्दी फ़िल्म", ["हिन्दी", "फ़िल्म"]),
    ("snake_case", ["snake", "case"]),
    ("... !?", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_words(text: str, words: list[str]) -> None:
    assert segment(text, "en") == words


def test_chinese_words_without_punctuation() -> None:
    assert segment("我来到北京清华大学。", "zh") == ["我", "来到", "北京", "清华大学"]
    assert segment("公民凯恩 Citizen Kane, 4K!", "zh")[-3:] == ["citizen", "kane", "4k"]
    assert segment(" ,。!", "zh") == []


@pytest.mark.parametrize(
    ("text", "language"), [*((text, "en") for text, _ in CASES), ("我来到北京，北京大学 4K。", "zh")]
)
def test_words_stand_where_they_are_located(text: str, language: str) -> None:
    places = locate_words(text, language)
    assert [word for word, _, _ in places] == segment(text, language)
    for word, start, end in places:
        assert text[start:end].lower().replace("’", "'") == word
    assert [start for _, start, _ in places] == sorted(start for _, start, _ in places)


def test_a_letter_that_lowers_to_two_moves_no_word() -> None:
    assert locate_words("İ Tea tea", "other")[-2:] == [("tea", 2, 5), ("tea", 6, 9)]


def test_the_dictionary_is_quiet_and_our_own(caplog: pytest.LogCaptureFixture) -> None:
    words = set(jieba.dt.FREQ)
    with caplog.at_level(logging.WARNING):
        segment("安静", "zh")
    assert not caplog.records
    assert set(jieba.dt.FREQ) == words


def test_stop_words_leave_negations() -> None:
    negations = "not no nor never nothing without don't isn't 不 没 没有 无 非 别".split()
    for language, words in STOP_WORDS.items():
        assert not words & set(negations), language
    assert {"the", "of", "and"} <= STOP_WORDS["en"]
    assert {"的", "了", "我们", "the"} <= STOP_WORDS["zh"]
    assert not STOP_WORDS["other"]


@pytest.mark.parametrize(("language", "least"), [("en", 150), ("zh", 150)])
def test_stop_words_are_words_that_segmentation_yields(language: str, least: int) -> None:
    words = STOP_WORDS[language]
    assert len(words) >= least
    if language == "en":
        assert all(segment(word, "en") == [word] for word in words)
