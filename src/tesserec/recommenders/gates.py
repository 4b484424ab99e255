"""A weighted sum of recommenders whose weights depend on how much is known of the person and of the item."""

import numpy as np
from scipy.optimize import minimize

from tesserec.recommenders.candidates import Candidates
from tesserec.recommenders.support import SUPPORTS

# A gate per weight: always open, or open by how much, and by how little, is known.
ALWAYS = 1
GATES = ALWAYS + 2 * len(SUPPORTS)
# Relative change of the loss at which learning ends: what single precision can tell.
TOLERANCE = 1e-5


def open_gates(support: np.ndarray, gates: int) -> np.ndarray:
    """Return how far each gate is open, (rows, gates), between 0 and 1.

    Args:
        support: (rows, supports).
        gates: `ALWAYS` for weights that are the same for all, `GATES` for weights that depend on the support.
    """
    columns = np.concatenate([np.ones((len(support), ALWAYS), np.float32), support, 1 - support], axis=1)
    return columns[:, :gates]


def contributions(candidates: Candidates, weights: np.ndarray) -> np.ndarray:
    """Return what each recommender adds to the score of each row, (rows, recommenders) float32.

    The weight of a recommender is `Σ_g weights[r, g] · gate_g`: linear in each support, and never negative.

    Args:
        candidates: The rows.
        weights: (recommenders, gates), not negative.
    """
    open_ = open_gates(candidates.support, weights.shape[1])
    return candidates.scores * (open_ @ weights.T.astype(np.float32))


def learn_weights(
    candidates: Candidates, relevant: np.ndarray, gates: int, regularization: float
) -> np.ndarray:
    """Return non-negative weights that make the held-out items likely, (recommenders, gates).

    They maximise the mean log-likelihood of a held-out item under a softmax over the person's candidates
    (McFadden's conditional logit), less `regularization · |w|²`; the problem is convex. Scores are brought to
    equal size first, so that the penalty treats all recommenders alike. An iteration takes
    `rows × recommenders × gates` multiply-adds.

    Args:
        candidates: Of people with at least one held-out item among them.
        relevant: (rows,) bool, the held-out items.
        gates: `ALWAYS` or `GATES`.
        regularization: Strength of the penalty.
    """
    scale = np.sqrt(np.mean(np.square(candidates.scores), axis=0))
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    scores = candidates.scores / scale
    open_ = open_gates(candidates.support, gates)
    starts, users = candidates.indptr[:-1], candidates.users
    people, shape = len(starts), (scores.shape[1], gates)
    share = (relevant / np.add.reduceat(relevant, starts)[users]).astype(np.float32)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = np.einsum("rg,rg->r", scores @ weights, open_)
        logits -= np.maximum.reduceat(logits, starts)[users]
        odds = np.exp(logits)
        total = np.add.reduceat(odds, starts)
        surprise = (np.log(total).sum() - share @ logits) / people
        surplus = (odds / total[users] - share) / people
        gradient = (scores.T @ (surplus[:, None] * open_)).ravel() + 2 * regularization * flat
        return float(surprise + regularization * flat @ flat), gradient.astype(float)

    start = np.full(scores.shape[1] * gates, 1 / (scores.shape[1] * gates))
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start), options={"ftol": TOLERANCE}
    )
    return found.x.reshape(shape) / scale[:, None]
