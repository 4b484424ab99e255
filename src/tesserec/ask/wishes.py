"""What somebody wants, as it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from tesserec.ask.questions import Question
from tesserec.ask.taste import Taste
from tesserec.recommenders.phrases import Language


@dataclass(frozen=True)
class Wish:
    """What is asked, and by whom.

    Args:
        question: The text.
        taste: Of the person.
        language: Of the answer.
        known: Positions of items that are not listed.
        this: Position of the item that conditions compare with.
        title: Of the item that is asked for; empty for a wish in words.
    """

    question: Question
    taste: Taste
    language: Language
    known: Sequence[int]
    this: int | None
    title: str
