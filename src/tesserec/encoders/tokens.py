"""From texts to the windows of token ids that a language model reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from transformers import PreTrainedTokenizerBase

from tesserec.errors import ConfigError
from tesserec.text.windows import cut_windows, frame_window

TEXTS_AT_ONCE = 1024  # a tokenizer's full answer takes far more memory than the ids that are kept of it


@dataclass(frozen=True)
class Windows:
    """The windows of some texts, in the order of the texts.

    Args:
        sequences: Token ids with special tokens, one array per window.
        owners: Position of the text that each window was cut from, ascending, (windows,).
        weights: Tokens of each window without special tokens, (windows,).
    """

    sequences: list[np.ndarray]
    owners: np.ndarray
    weights: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each window with special tokens, (windows,)."""
        return np.array([len(sequence) for sequence in self.sequences], dtype=np.int64)


def special_tokens(tokenizer: PreTrainedTokenizerBase) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids that a tokenizer puts before and after a text.

    Raises:
        ConfigError: If the tokenizer cannot even read the letter a.
    """
    framed = tokenizer("a")["input_ids"]
    plain = tokenizer("a", add_special_tokens=False)["input_ids"]
    starts = [i for i in range(len(framed)) if framed[i : i + len(plain)] == plain]
    if not starts or not plain:
        raise ConfigError(
            "token_encoding.model has a tokenizer that makes nothing of the letter a: "
            "check its files, or name another model"
        )
    start = starts[0]
    prefix, suffix = framed[:start], framed[start + len(plain) :]
    return np.array(prefix, dtype=np.int64), np.array(suffix, dtype=np.int64)


def token_ids(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Iterator[list[int]]:
    """Yield the token ids of each text, whole and without special tokens."""
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        chunk = list(texts[start : start + TEXTS_AT_ONCE])
        yield from tokenizer(chunk, add_special_tokens=False, truncation=False, padding=False, verbose=False)[
            "input_ids"
        ]


def make_windows(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_length: int, overlap: int
) -> Windows:
    """Tokenise texts and cut those that are too long.

    Args:
        texts: Any strings; one without a token gets no window.
        tokenizer: The model's tokenizer.
        max_length: Longest window in tokens, special tokens included.
        overlap: Tokens that a window shares with the one before it.
    """
    prefix, suffix = special_tokens(tokenizer)
    room = max_length - len(prefix) - len(suffix)
    sequences: list[np.ndarray] = []
    owners: list[int] = []
    for owner, ids in enumerate(token_ids(texts, tokenizer)):
        pieces = cut_windows(np.array(ids, dtype=np.int32), room, overlap)
        sequences.extend(frame_window(piece, prefix, suffix) for piece in pieces)
        owners.extend([owner] * len(pieces))
    framing = len(prefix) + len(suffix)
    weights = np.array([len(sequence) - framing for sequence in sequences], dtype=np.int64)
    return Windows(sequences, np.array(owners, dtype=np.int64), weights)
