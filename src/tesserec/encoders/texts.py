"""Each different text once, and its vector wherever it stands."""

from collections.abc import Sequence

import numpy as np


def different_texts(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Return the texts that are more than white space, each once, and the place of each text among them.

    Args:
        texts: Any strings.

    Returns:
        The different texts in the order of their first appearance; and (texts,) positions, that after the
        last for a text of white space.
    """
    different = list(dict.fromkeys(text for text in texts if text.strip()))
    position = {text: i for i, text in enumerate(different)}
    return different, np.array([position.get(text, len(different)) for text in texts], dtype=np.int64)


def spread(vectors: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the vector of each text, zeros for white space: (different texts, d) → (texts, d)."""
    return np.concatenate([vectors, np.zeros((1, vectors.shape[1]), dtype=vectors.dtype)])[places]


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Divide each row by its length, in place; rows of zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, length, out=vectors, where=length > 0)
