"""What encoding some texts took."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EncodingStatistics:
    """Counts and times of one call of an encoder.

    Args:
        texts: Texts given.
        empty_texts: Texts without a token; their vectors are zero.
        unique_texts: Different texts with a token; each is encoded once.
        windowed_texts: Unique texts longer than one window.
        windows: Windows read by the model.
        tokens: Tokens in all windows, special tokens included, padding excluded.
        padding_tokens: Tokens of padding read beside them.
        tokenize_seconds: Time to turn texts into windows.
        forward_seconds: Time of the model and pooling.
    """

    texts: int
    empty_texts: int
    unique_texts: int
    windowed_texts: int
    windows: int
    tokens: int
    padding_tokens: int
    tokenize_seconds: float
    forward_seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Tokens over the time of both stages; zero if there was nothing to do."""
        seconds = self.tokenize_seconds + self.forward_seconds
        return self.tokens / seconds if self.tokens else 0.0
