"""Logistic regression that chooses its own regularisation and keeps what it said of unseen rows."""

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

FOLDS = 4
# Inverse regularisation, tried from the first on for as long as the loss falls.
STRENGTHS = (0.1, 0.5, 2.5, 12.5, 62.5)
# Most steps of the solver, and the slope at which it stops: the loss on unseen texts moves no more by then.
STEPS, TOLERANCE = 500, 3e-5

Rows: TypeAlias = sp.csr_matrix | np.ndarray


@dataclass(frozen=True)
class Scaling:
    """What brings the columns of embeddings to one scale, and rows to a mean square length of one.

    Layers of a language model differ in scale; and the same strengths then suit any number of columns.

    Attributes:
        center: The mean of each column, (d,).
        spread: Its standard deviation times the root of d, (d,).
    """

    center: np.ndarray
    spread: np.ndarray

    @classmethod
    def fit(cls, rows: np.ndarray) -> Self:
        """Learn the scale of each column from rows, (rows, d)."""
        spread = rows.std(axis=0) * np.sqrt(rows.shape[1], dtype=rows.dtype)
        return cls(rows.mean(axis=0), np.where(spread > 0, spread, 1))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return scaled rows, (rows, d)."""
        return (rows - self.center) / self.spread


@dataclass(frozen=True)
class Judge:
    """A logistic regression with the regularisation that suits unseen texts best.

    Attributes:
        model: Fitted to all rows.
        unseen: Its log-odds of each row when it had not seen the row's fold, (rows,).
    """

    model: LogisticRegression
    unseen: np.ndarray

    @classmethod
    def fit(cls, rows: Rows, favourable: np.ndarray, weights: np.ndarray, seed: int) -> Self:
        """Choose the regularisation by the weighted log loss across folds, and fit to all rows."""
        best_loss, best_strength, best_unseen = np.inf, STRENGTHS[0], np.zeros(len(favourable))
        for strength in STRENGTHS:
            unseen = _unseen_log_odds(strength, rows, favourable, weights, seed)
            loss = log_loss(favourable, expit(unseen), sample_weight=weights, labels=[False, True])
            if loss >= best_loss:
                break
            best_loss, best_strength, best_unseen = loss, strength, unseen
        return cls(regression(best_strength).fit(rows, favourable, weights), best_unseen)

    def log_odds(self, rows: Rows) -> np.ndarray:
        """Return the log-odds of each row, (rows,)."""
        return self.model.decision_function(rows)


def regression(strength: float) -> LogisticRegression:
    """Make a logistic regression; `strength` is the inverse of its regularisation."""
    return LogisticRegression(C=strength, max_iter=STEPS, tol=TOLERANCE)


def _unseen_log_odds(
    strength: float, rows: Rows, favourable: np.ndarray, weights: np.ndarray, seed: int
) -> np.ndarray:
    unseen = np.empty(len(favourable))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for seen, held_out in folds.split(unseen, favourable):
        model = regression(strength).fit(rows[seen], favourable[seen], weights[seen])
        unseen[held_out] = model.decision_function(rows[held_out])
    return unseen
