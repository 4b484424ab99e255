"""What encoding took, and what the texts are."""

from dataclasses import dataclass

from tesserec.encoders.protocol import TextVectors


@dataclass(frozen=True)
class EncodingRun:
    """Counts and time of one run over new texts.

    Args:
        texts: Different texts that were encoded.
        tokens: Tokens in all their windows, special tokens included, padding excluded.
        padding_tokens: Tokens of padding read beside them.
        seconds: Time since the run began.
    """

    texts: int = 0
    tokens: int = 0
    padding_tokens: int = 0
    seconds: float = 0.0

    def after(self, made: TextVectors, seconds: float) -> "EncodingRun":
        """Return the counts with some more texts, `seconds` after the run began."""
        return EncodingRun(
            texts=self.texts + len(made.tokens),
            tokens=self.tokens + int(made.tokens.sum()),
            padding_tokens=self.padding_tokens + made.padding,
            seconds=seconds,
        )

    @property
    def tokens_per_second(self) -> float:
        """Tokens over time; zero if there was nothing to do."""
        return self.tokens / self.seconds if self.tokens else 0.0


@dataclass(frozen=True)
class CorpusStatistics:
    """What the texts of a table are to an encoder.

    Args:
        texts: Texts in the table.
        empty_texts: Texts without a token; their vectors are zero.
        unique_texts: Different texts with a token.
        windowed_texts: Unique texts longer than one window.
        windows: Windows of the unique texts.
        tokens: Tokens in all these windows, special tokens included.
        truncated_tokens: Tokens of the unique texts that were left unread.
    """

    texts: int = 0
    empty_texts: int = 0
    unique_texts: int = 0
    windowed_texts: int = 0
    windows: int = 0
    tokens: int = 0
    truncated_tokens: int = 0
