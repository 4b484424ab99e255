"""Numbers in a text, in digits or in words, brought to one form."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_UNITS = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * place for place, word in enumerate(_TENS, start=2)
}
_TIMES = {"dozen": 12, "hundred": 100}
_MULTIPLES = {"thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}

_IN_DIGITS = re.compile(r"\d+(?:[.,]\d+)*([百千万亿]*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_IN_HAN = re.compile(f"[{''.join(_DIGITS)}{''.join(_SCALES)}]+")
_WORD = "|".join([*_UNITS, *(f"{word}s?" for word in (*_TIMES, *_MULTIPLES))])
_IN_ENGLISH = re.compile(rf"\b(?:{_WORD})(?:[\s-]+(?:{_WORD}))*\b")
# Words that are spelt like numbers: "one" is mostly a pronoun, and 一 and 十分 are an article and "very".
_NO_NUMBERS = {"one", "一", "一一", "万一", "千万"}
_VERY = re.compile("十分(?!之|钟)")


def find_numbers(text: str) -> set[Decimal]:
    """Return the numbers that a text tells: 1,200 is 1200.0, "thirty-eight" is 38, 七十 is 70.

    "Millions" are a million. Parts of what is no single number, such as a date, count one by one. The English
    "one" and the Chinese 一 are no numbers when they stand alone.
    """
    text = _VERY.sub("", unicodedata.normalize("NFKC", text).lower())
    return {*_in_digits(text), *_in_han(_IN_DIGITS.sub(" ", text)), *_in_english(text)}


def _in_digits(text: str) -> Iterator[Decimal]:
    for found in _IN_DIGITS.finditer(text):
        written = found[0].removesuffix(found[1])
        if _THOUSANDS.fullmatch(written):
            written = written.replace(",", "")
        scale = 1
        for numeral in found[1]:
            scale *= _SCALES[numeral]
        single = re.fullmatch(r"\d+(\.\d+)?", written)
        for part in [written] if single else re.split("[.,]", written):
            yield Decimal(part) * scale


def _in_han(text: str) -> Iterator[Decimal]:
    for numerals in _IN_HAN.findall(text):
        if numerals not in _NO_NUMBERS:
            yield Decimal(_value_of(numerals))


def _value_of(numerals: str) -> int:
    if not set(numerals) & set(_SCALES):  # 二〇二四
        return int("".join(str(_DIGITS[numeral]) for numeral in numerals))
    total = section = digit = 0
    for numeral in numerals:
        if numeral in _DIGITS:
            digit = _DIGITS[numeral]
            continue
        scale = _SCALES[numeral]
        if scale >= _SCALES["万"]:
            total = max(total + section + digit, 1) * scale
            section = 0
        else:
            section += max(digit, 1) * scale
        digit = 0
    return total + section + digit


def _in_english(text: str) -> Iterator[Decimal]:
    for found in _IN_ENGLISH.findall(text):
        if found in _NO_NUMBERS:
            continue
        total = section = 0
        for written in re.split(r"[\s-]+", found):
            word = written.removesuffix("s")
            if word in _UNITS:
                section += _UNITS[word]
            elif word in _TIMES:
                section = max(section, 1) * _TIMES[word]
            else:
                total += max(section, 1) * _MULTIPLES[word]
                section = 0
        yield Decimal(total + section)
