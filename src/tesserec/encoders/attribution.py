"""Which words of one text matched which words of another."""

from dataclasses import dataclass

import numpy as np

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.text.language import detect_language
from tesserec.text.segmentation import segment

# What stands in no word: punctuation, special tokens, a prompt.
NO_WORD = ""


@dataclass(frozen=True)
class WordMatches:
    """The cosine of two texts, split over pairs of words.

    Args:
        left: Different words of the one text; the last is `NO_WORD`, for all that stands in none.
        right: Those of the other.
        parts: What each pair adds to the cosine, (left, right); they sum to it.
    """

    left: list[str]
    right: list[str]
    parts: np.ndarray

    def strongest(self, count: int) -> list[tuple[str, str, float]]:
        """Return the pairs of words that add most, each with its part, the largest first."""
        words = self.parts[:-1, :-1]
        order = np.argsort(-words, axis=None, kind="stable")[:count]
        rows, columns = np.unravel_index(order, words.shape)
        return [
            (self.left[row], self.right[column], float(words[row, column]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]


def match_words(encoder: TransformerEncoder, left: str, right: str) -> WordMatches:
    """Split the cosine of two texts exactly over pairs of their words.

    Where a text's vector is an average of token vectors, `v = Σ_s c_s h_s`, the cosine of two texts is
    `Σ_s Σ_t c_s c_t h_s · h_t / (‖v‖ ‖u‖)`: a sum over pairs of tokens, which are merged into words. ColBERT
    (Khattab & Zaharia 2020, arXiv:2004.12832) takes the best match of each token instead; that score is no
    part of this encoder's. A token vector has seen its whole text, so a word may match for what stands beside
    it. Takes the encoder's time for two texts and `words² · d` multiply-adds.

    Args:
        encoder: With mean pooling, weighted by position or frequency or not.
        left: A text in Chinese or any language with spaces.
        right: Another.

    Raises:
        ConfigError: If the encoder's pooling does not split over tokens.
    """
    (left_words, ours), (right_words, theirs) = _word_vectors(encoder, left), _word_vectors(encoder, right)
    lengths = np.linalg.norm(ours.sum(axis=0)) * np.linalg.norm(theirs.sum(axis=0))
    return WordMatches(left_words, right_words, ours @ theirs.T / (lengths if lengths > 0 else 1))


def _word_vectors(encoder: TransformerEncoder, text: str) -> tuple[list[str], np.ndarray]:
    """Return the different words of a text with what they add to its vector, (words, d) float64."""
    vectors, places = encoder.read_tokens(text)
    spans = _word_spans(text)
    words = [*dict.fromkeys(word for word, _, _ in spans), NO_WORD]
    starts = np.array([start for _, start, _ in spans], dtype=np.int64)
    ends = np.array([end for _, _, end in spans], dtype=np.int64)
    rows = np.array([words.index(word) for word, _, _ in spans] + [len(words) - 1])
    found = np.zeros((len(words), vectors.shape[1]))
    token_spans = encoder.token_spans(text)
    last = np.maximum(token_spans[:, 1] - 1, token_spans[:, 0])  # a token may begin with a space
    place = np.searchsorted(starts, last, side="right") - 1
    inside = (place >= 0) & (last < np.append(ends, 0)[place])
    row_of_token = np.append(rows[np.where(inside, place, -1)], len(words) - 1)
    np.add.at(found, row_of_token[places], vectors)
    return words, found


def _word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text with their first character and the one behind their last, in order."""
    # Letters that lower to several keep their place, and so do all behind them.
    lowered = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    lowered = lowered.replace("’", "'")
    spans: list[tuple[str, int, int]] = []
    position = 0
    for word in segment(lowered, detect_language(text)):
        start = lowered.find(word, position)
        if start >= 0:
            position = start + len(word)
            spans.append((word, start, position))
    return spans
