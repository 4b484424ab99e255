"""From texts to the windows of token ids that a language model reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from transformers import PreTrainedTokenizerBase

from tesserec.errors import ConfigError
from tesserec.text.windows import cut_windows, frame_window, tokens_read

TEXTS_AT_ONCE = 1024  # a tokenizer's full answer takes far more memory than the ids that are kept of it


@dataclass(frozen=True)
class Frame:
    """What stands around the tokens of a text in each window.

    Args:
        prefix: Ids of the special tokens at the beginning, (tokens,).
        prompt: Words before each text.
        prompt_ids: Their ids.
        suffix: Ids of the special tokens at the end, (tokens,).
    """

    prefix: np.ndarray
    prompt: str
    prompt_ids: list[int]
    suffix: np.ndarray

    @property
    def opening(self) -> np.ndarray:
        """Ids of all that stands before a text, (tokens,)."""
        return np.concatenate([self.prefix, np.array(self.prompt_ids, dtype=np.int64)])

    @property
    def length(self) -> int:
        """Tokens of it all."""
        return len(self.prefix) + len(self.prompt_ids) + len(self.suffix)

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase, prompt: str) -> Self:
        """Ask a tokenizer for what it puts around a text that stands behind a prompt.

        Raises:
            ConfigError: If the tokenizer cannot even read the letter a.
        """
        prefix, suffix = _special_tokens(tokenizer)
        prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"] if prompt else []
        return cls(prefix, prompt, prompt_ids, suffix)


@dataclass(frozen=True)
class Windows:
    """The windows of some texts, in the order of the texts.

    Args:
        sequences: Token ids with special tokens, one array per window.
        owners: Position of the text that each window was cut from, ascending, (windows,).
        weights: Tokens of the text in each window, at least one, (windows,).
        truncated: Tokens of each text that are in no window, int32, (texts,).
    """

    sequences: list[np.ndarray]
    owners: np.ndarray
    weights: np.ndarray
    truncated: np.ndarray

    @property
    def texts(self) -> int:
        """How many texts they were cut from; one without a token has no window."""
        return len(self.truncated)

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each window with special tokens, (windows,)."""
        return np.array([len(sequence) for sequence in self.sequences], dtype=np.int64)

    @property
    def tokens(self) -> np.ndarray:
        """Tokens in all windows of each text, special tokens included, int32, (texts,)."""
        return np.bincount(self.owners, self.lengths, minlength=self.texts).astype(np.int32)


def token_ids(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Iterator[list[int]]:
    """Yield the token ids of each text, whole and without special tokens."""
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        chunk = list(texts[start : start + TEXTS_AT_ONCE])
        yield from tokenizer(chunk, add_special_tokens=False, truncation=False, padding=False, verbose=False)[
            "input_ids"
        ]


def token_weights(vocabulary: int, tokenizer: PreTrainedTokenizerBase, sif: float) -> np.ndarray:
    """Return how much each token counts, (vocabulary,) float32: `sif / (sif + p)`, nothing for special ones.

    Args:
        vocabulary: Rows of the embedding table.
        tokenizer: Tells which tokens are special.
        sif: The frequency at which a token counts half.
    """
    # From the second rank on: the most frequent of a real vocabulary are no word.
    frequency = 1 / np.arange(2.0, vocabulary + 2)
    weights = sif / (sif + frequency / frequency.sum())
    weights[[token for token in tokenizer.all_special_ids if token < vocabulary]] = 0
    return weights.astype(np.float32)


def make_windows(
    texts: Sequence[str],
    tokenizer: PreTrainedTokenizerBase,
    frame: Frame,
    max_length: int,
    overlap: int,
    most: int | None = None,
) -> Windows:
    """Tokenise texts, each with the prompt before it, and cut those that are too long.

    The tokens of a prompt and a text may differ where they meet from those of either alone. The first window
    has them as they are together; the later ones begin with the prompt's own.

    Args:
        texts: Any strings; one without a token gets no window.
        tokenizer: The model's tokenizer.
        frame: What stands around a text.
        max_length: Longest window in tokens, with all that stands around the text.
        overlap: Tokens that a window shares with the one before it.
        most: Windows of a text after which the rest of it is left unread; None reads all.
    """
    room, ahead, opening = max_length - frame.length, len(frame.prompt_ids), frame.opening
    sequences: list[np.ndarray] = []
    owners: list[int] = []
    truncated = np.zeros(len(texts), dtype=np.int32)
    prompted = [frame.prompt + text for text in texts] if frame.prompt else texts
    for owner, ids in enumerate(token_ids(prompted, tokenizer)):
        if ids == frame.prompt_ids:
            continue
        tokens = np.array(ids, dtype=np.int32)
        rest = tokens[ahead:]
        pieces = cut_windows(rest, room, overlap, most) or [rest]
        truncated[owner] = len(rest) - tokens_read(pieces, room, overlap)
        sequences.append(frame_window(tokens[: ahead + len(pieces[0])], frame.prefix, frame.suffix))
        sequences.extend(frame_window(piece, opening, frame.suffix) for piece in pieces[1:])
        owners.extend([owner] * len(pieces))
    lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    weights = np.maximum(lengths - frame.length, 1)
    return Windows(sequences, np.array(owners, dtype=np.int64), weights, truncated)


def _special_tokens(tokenizer: PreTrainedTokenizerBase) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids that a tokenizer puts before and after a text."""
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


def token_spans(tokenizer: PreTrainedTokenizerBase, text: str) -> np.ndarray:
    """Return the first character of each token of a text and the one behind its last, (tokens, 2).

    Raises:
        ConfigError: If the tokenizer does not tell.
    """
    if not tokenizer.is_fast:
        raise ConfigError(
            "token_encoding.model has a tokenizer that does not tell where tokens stand in a text: "
            "choose a model with a tokenizer.json"
        )
    made = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    return np.array(made["offset_mapping"], dtype=np.int64).reshape(-1, 2)
