"""From what somebody types to what items are compared with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tesserec.encoders.compression import Compression
from tesserec.encoders.protocol import Encoder
from tesserec.recommenders.phrases import Language
from tesserec.text.cleaning import clean_text
from tesserec.text.language import detect_language
from tesserec.text.segmentation import segment
from tesserec.text.stop_words import STOP_WORDS


@dataclass(frozen=True)
class Question:
    """A text as items are.

    Args:
        vector: Its embedding, (d,); zeros for a text that says nothing.
        words: Its words without stop words.
    """

    vector: np.ndarray
    words: Sequence[str]


class Reader:
    """Reads a text as item texts were read: cleaned, segmented, encoded.

    Args:
        encoder: The encoder of the items.
        column: The view of a text that it reads.
        compression: How the items' embeddings are kept: a question loses what they lost.
    """

    def __init__(
        self, encoder: Encoder, column: Literal["contextual", "lexical"], compression: Compression
    ) -> None:
        self._encoder, self._column, self._compression = encoder, column, compression

    @property
    def size(self) -> int:
        """The number of dimensions d."""
        return self._compression.size

    def get_ready(self, languages: Collection[Language]) -> None:
        """Load what the first question would wait for: the model, and the dictionary of Chinese."""
        self._encoder.load()
        for language in set(languages):
            segment("", language)

    def read(self, text: str) -> Question:
        """Return what a text asks for."""
        cleaned = clean_text(text)
        language = detect_language(cleaned)
        words = [word for word in segment(cleaned, language) if word not in STOP_WORDS[language]]
        read = cleaned if self._column == "contextual" else " ".join(words)
        vectors = self._encoder.encode([read])
        kept = self._compression.decompress(self._compression.compress(vectors))
        return Question(kept[0], words)
