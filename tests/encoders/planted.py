"""An encoder whose vectors can be told by hand, and texts for it."""

from collections.abc import Sequence

import numpy as np

from tesserec.encoders.protocol import Description, Encoder, Progress, TextVectors, nobody


class LetterEncoder(Encoder):
    """Counts the letters a, b and c; remembers what it was asked to read."""

    def __init__(self, fingerprint: str = "letters") -> None:
        self.description = Description("letters", "abc", None, fingerprint, 3)
        self.read_texts: list[list[str]] = []

    def prepare(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def read(self, prepared: list[str], progress: Progress = nobody) -> TextVectors:
        self.read_texts.append(prepared)
        progress(len(prepared))
        tokens = np.array([len(text) for text in prepared], dtype=np.int32)
        return TextVectors(letters(prepared), tokens, np.minimum(tokens, 1), tokens * 0, padding=1)


def letters(texts: Sequence[str]) -> np.ndarray:
    return np.array([[text.count(letter) for letter in "abc"] for text in texts], np.float32).reshape(-1, 3)
