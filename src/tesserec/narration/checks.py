"""Does a generated text keep to what is known?

Every number, name and quoted title must stand in the facts; the text must be in the person's language, of a
fit length, without links, loops or pieces of the prompt.

What these checks cannot see: untrue statements made of words alone ("waterproof", "a love story"); true
words put together into an untrue sentence (a name given to the wrong thing, a negation left out); names in
lower case, a single name at the start of an English sentence, Chinese names of people and places without
quotes; the number one, halves, couples, English ordinals and the Chinese numerals of cheques; and whatever
the item's own description claims. Where they are too strict, the text by rule is read in place of the
model's, and nothing is lost but style.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from tesserec.narration.numerals import find_numbers
from tesserec.narration.prompts import PromptTemplate
from tesserec.recommenders.phrases import Language
from tesserec.text.language import ENGLISH, HAN, detect_language

# Characters: two short sentences to a short paragraph.
_LENGTHS = {"en": (20, 600), "zh": (8, 200)}
# As many words in a row, or Chinese characters, are no accident.
_RUN = {"en": 5, "zh": 8}
_LOOP = {"en": 4, "zh": 6}

_QUOTED = re.compile(r"“([^”]*)”|‘([^’]*)’|\"([^\"]*)\"|《([^》]*)》|〈([^〉]*)〉|「([^」]*)」|『([^』]*)』")
_OPENING = r"(?:\A|[.!?。！？]\s*)"
_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|net|org|cn|io|co)\b|\S@\S", re.IGNORECASE)
_HAN = HAN.pattern[1:-1]
# Chinese writes a name of another language without a space: 由Karst出品.
_WORD = re.compile(rf"[^\W\d_{_HAN}]+|[{_HAN}]+")
_TOKEN = re.compile(r"[^\W\d_][\w'’-]*")
_FOREIGN = re.compile(rf"[^\W\d_{_HAN}](?:[^\W{_HAN}]|['’-])+")
_APOSTROPHE = re.compile("['’]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:][”\"')]*\s)[“\"'(]*\Z")
_UNIT = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}]+|\d+")


def find_fault(text: str, language: Language, values: Mapping[str, str], template: PromptTemplate) -> str:
    """Return why a text may not be shown: the kind of fault, and after a colon what it is; empty if it may.

    Args:
        text: What a model wrote.
        language: That of the person.
        values: The facts that it was told, by field.
        template: The prompt that told them.
    """
    return next(_faults(text, language, values, template), "")


def _faults(
    text: str, language: Language, values: Mapping[str, str], template: PromptTemplate
) -> Iterator[str]:
    told = "\n".join(values.values())
    fewest, most = _LENGTHS[language]
    if not fewest <= len(text) <= most:
        yield f"length: {len(text)} characters"
    if "\ufffd" in text or detect_language(_QUOTED.sub(" ", text)) != language:
        yield f"language: not {language}"
    yield from (f"link: {link}" for link in _LINK.findall(text))
    yield from (f"prompt: {piece}" for piece in _prompt_pieces(text, language, template))
    yield from (f"repetition: {run}" for run in _loops(text.replace(values["title"], " "), language))
    yield from (f"title: {title}" for title in _titles(text) if _plain(title) not in _plain(told))
    yield from (f"number: {number}" for number in sorted(find_numbers(text) - find_numbers(told)))
    yield from (f"name: {name}" for name in _names(text, language) if not _known(name, told))


def _prompt_pieces(text: str, language: Language, template: PromptTemplate) -> Iterator[str]:
    """Yield labels of the prompt, and runs of its words, that the text repeats."""
    length = _RUN[language]
    said = set(_runs(text, length))
    for piece in template.instructions:
        label = piece.strip()
        if label.endswith((":", "：")) and re.search(_OPENING + re.escape(label), text, re.IGNORECASE):
            yield label
        yield from (" ".join(run) for run in _runs(piece, length) if run in said)


def _loops(text: str, language: Language) -> Iterator[str]:
    """Yield runs of words that come more than once; quoted titles may."""
    counts = Counter(_runs(_QUOTED.sub(" ", text), _LOOP[language]))
    yield from (" ".join(run) for run, count in counts.items() if count > 1)


def _runs(text: str, length: int) -> list[tuple[str, ...]]:
    units = _UNIT.findall(text.casefold())
    return [tuple(units[start : start + length]) for start in range(len(units) - length + 1)]


def _titles(text: str) -> list[str]:
    # American English puts the full stop inside.
    return ["".join(groups).strip(" .,!?;:。，") for groups in _QUOTED.findall(text)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _names(text: str, language: Language) -> list[str]:
    """Return what may be a name: capitalised in an English text, in other letters in a Chinese one."""
    if language == "zh":
        return _FOREIGN.findall(text)
    tokens = list(_TOKEN.finditer(text))
    names = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token[0].islower() or _APOSTROPHE.split(token[0].lower())[0] in ENGLISH:
            continue
        joined = following and text[token.end() : following.start()] == " " and following[0][0].isupper()
        # Every sentence starts with a capital: only a second one makes a name of it.
        if token[0][1:].islower() and not joined and _SENTENCE_START.search(text[: token.start()]):
            continue
        names.append(token[0])
    return names


def _known(name: str, told: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(told)}
    # The s of a genitive is nobody's.
    return all(word.casefold() in words for word in _WORD.findall(name) if word != "s")
