"""Prompts for a language model: a template of named fields, filled with what is known."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Self

from tesserec.errors import ConfigError
from tesserec.narration.facts import Facts
from tesserec.recommenders.phrases import Language
from tesserec.text.excerpts import shorten
from tesserec.text.language import detect_language

# The profile, the item and the evidence: nothing else is told to a model.
FIELDS = ("title", "category", "description", "keywords", "interests", "likes", "evidence")
NEEDED = ("title", "interests", "evidence")
_NAMES = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True)
class PromptTemplate:
    """A prompt with fields.

    Args:
        name: What errors call it.
        lines: Each line, as the pieces of text and the fields after them; the last field may be None.
    """

    name: str
    lines: tuple[tuple[tuple[str, str | None], ...], ...]

    @classmethod
    def read(cls, name: str, text: str, language: Language) -> Self:
        """Read and check a template.

        Args:
            name: Name of its file.
            text: Fields stand as `{title}`; a brace that is none is doubled.
            language: That of the people whom the text is for.

        Raises:
            ConfigError: If a field is unknown, a needed one is missing, a brace is alone or the template is
                in another language.
        """
        template = cls(name, tuple(tuple(_pieces(name, line)) for line in text.strip().splitlines()))
        used = [field for line in template.lines for _, field in line if field is not None]
        for field in used:
            if field not in FIELDS:
                raise ConfigError(
                    f"The prompt {name} has the field {{{field}}}, which nothing fills: use "
                    f"{', '.join(FIELDS)}, or double the braces of what is no field."
                )
        for field in NEEDED:
            if field not in used:
                raise ConfigError(f"The prompt {name} lacks the field {{{field}}}: put it where it belongs.")
        if detect_language(" ".join(template.instructions)) != language:
            raise ConfigError(
                f"The prompt {name} is not in {_NAMES[language]}, the language of the people whom it is for: "
                f"translate all but the fields, such as {{{NEEDED[0]}}}."
            )
        return template

    @property
    def instructions(self) -> list[str]:
        """The pieces of text between the fields."""
        return [piece for line in self.lines for piece, _ in line if piece.strip()]

    def fill(self, values: Mapping[str, str]) -> str:
        """Put values into the fields; a line none of whose fields has a value is left out.

        Args:
            values: By field. They are data: braces in them stand for themselves.
        """
        told = []
        for line in self.lines:
            fields = [field for _, field in line if field is not None]
            if not fields or any(values[field] for field in fields):
                told.append("".join(piece + (values[field] if field else "") for piece, field in line))
        return "\n".join(told)


def _pieces(name: str, line: str) -> Iterator[tuple[str, str | None]]:
    try:
        for piece, field, form, conversion in Formatter().parse(line):
            # `{title!r:>20}` would print something else than the title.
            yield piece, field and field + (f"!{conversion}" if conversion else "") + (form or "")
    except ValueError as error:
        raise ConfigError(
            f"The prompt {name} has a brace alone in the line {line!r}: write {{{{ or }}}} for a brace."
        ) from error


def field_values(facts: Facts, longest_description: int, reserved: Collection[str]) -> dict[str, str]:
    """Bring facts into the form in which a prompt tells them: data of one line each.

    Args:
        facts: Of an item and a person.
        longest_description: Characters of the item's description that are told.
        reserved: Words with which a model tells who speaks: nobody's text may contain them.

    Returns:
        By field, empty where nothing is known.
    """
    values = {
        "title": facts.title,
        "category": facts.category,
        "description": facts.description,
        "keywords": ", ".join(facts.keywords),
        "interests": "; ".join(facts.interests),
        "likes": ", ".join(facts.likes),
        "evidence": facts.evidence,
    }
    told = {field: _one_line(value, reserved) for field, value in values.items()}
    return told | {"description": shorten(told["description"], longest_description)}


def _one_line(text: str, reserved: Collection[str]) -> str:
    for word in reserved:
        text = text.replace(word, " ")
    return " ".join(text.split())
