"""Which words of one text matched which words of another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tesserec.encoders.transformer import TransformerEncoder
from tesserec.text.language import detect_language
from tesserec.text.segmentation import locate_words

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

    def strongest(self, count: int, leave_out: Collection[str] = ()) -> list[tuple[str, str, float]]:
        """Return the pairs of words that add most, each with its part, the largest first.

        Args:
            count: Pairs at most; what adds nothing is no match.
            leave_out: Words that match nothing, such as stop words.
        """
        words = self.parts[:-1, :-1].copy()
        words[[word in leave_out for word in self.left[:-1]]] = 0
        words[:, [word in leave_out for word in self.right[:-1]]] = 0
        order = np.argsort(-words, axis=None, kind="stable")[: min(count, int((words > 0).sum()))]
        rows, columns = np.unravel_index(order, words.shape)
        return [
            (self.left[row], self.right[column], float(words[row, column]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]


def match_words(encoder: TransformerEncoder, pairs: Sequence[tuple[str, str]]) -> list[WordMatches]:
    """Split the cosine of two texts exactly over pairs of their words.

    Where a text's vector is an average of token vectors, `v = Σ_s c_s h_s`, the cosine of two texts is
    `Σ_s Σ_t c_s c_t h_s · h_t / (‖v‖ ‖u‖)`: a sum over pairs of tokens, which are merged into words. ColBERT
    (Khattab & Zaharia 2020, arXiv:2004.12832) takes the best match of each token instead; that score is no
    part of this encoder's. A token vector has seen its whole text, so a word may match for what stands beside
    it. Each different text is read once; a pair takes `words² · d` multiply-adds.

    Args:
        encoder: With mean pooling, weighted by position or frequency or not.
        pairs: Texts in Chinese or any language with spaces: the left and the right one of each pair.

    Raises:
        ConfigError: If the encoder's pooling does not split over tokens.
    """
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    read = encoder.read_tokens(texts)
    words = {text: _word_vectors(encoder, text, *made) for text, made in zip(texts, read, strict=True)}
    return [_split(*words[left], *words[right]) for left, right in pairs]


def _split(
    left: list[str], left_vectors: np.ndarray, right: list[str], right_vectors: np.ndarray
) -> WordMatches:
    lengths = np.linalg.norm(left_vectors.sum(axis=0)) * np.linalg.norm(right_vectors.sum(axis=0))
    return WordMatches(left, right, left_vectors @ right_vectors.T / (lengths if lengths > 0 else 1))


def _word_vectors(
    encoder: TransformerEncoder, text: str, vectors: np.ndarray, places: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """Return the different words of a text with what they add to its vector, (words, d) float64."""
    spans = locate_words(text, detect_language(text))
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
