"""A map of items: vectors laid out on a plane, so that neighbours stay neighbours."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

MOST_POINTS = 1000
_DIMENSIONS = 50  # principal components: noise in the others moves neighbours apart
_PERPLEXITY = 30.0
_PLANE = 2


def lay_out(vectors: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Lay vectors out on a plane by t-SNE (van der Maaten and Hinton, 2008).

    Takes five seconds for the `MOST_POINTS` that are laid out at most: more could not be told apart.

    Args:
        vectors: (n, d); zero rows are unknown and left out.
        seed: Of the draw and of the layout.

    Returns:
        The rows that were laid out, ascending, and their positions, (rows, 2) float32, centred, with a
        largest coordinate of 1.
    """
    rows = np.flatnonzero(vectors.any(axis=1))
    if len(rows) > MOST_POINTS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_POINTS, replace=False))
    if len(rows) <= _PLANE:  # there is nothing to arrange
        return rows, np.column_stack([np.linspace(-1, 1, len(rows)), np.zeros(len(rows))]).astype(np.float32)
    components = min(_DIMENSIONS, *vectors[rows].shape)
    reduced = PCA(components, svd_solver="covariance_eigh").fit_transform(vectors[rows])
    layout = TSNE(
        perplexity=min(_PERPLEXITY, (len(rows) - 1) / 3),
        init="pca" if components >= _PLANE else "random",
        random_state=seed,
    )
    positions = layout.fit_transform(reduced.astype(np.float32))
    positions = positions - positions.mean(axis=0)
    return rows, (positions / max(np.abs(positions).max(), 1e-12)).astype(np.float32)
