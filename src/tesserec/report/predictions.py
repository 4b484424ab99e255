"""How good predictions of pairs are, as a table of the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tesserec.report.results import Estimate

_EVERYONE = "all"
# Shown as far as they were measured: without ratings there is no error of ratings.
_METRICS = ("rmse", "mae", "auc", "log_loss", "brier", "calibration_error", "precision", "recall", "f1")


@dataclass(frozen=True)
class PairTable:
    """Predictors of ratings and likes, side by side on the same held-out pairs.

    Args:
        pairs: How many pairs.
        people: How many people they belong to.
        about: What the pairs are, and how each threshold was chosen.
        metrics: The columns.
        rows: By predictor and metric, its estimate; None where it cannot be known.
    """

    pairs: int
    people: int
    about: str
    metrics: list[str]
    rows: Mapping[str, Mapping[str, Estimate | None]]

    @classmethod
    def of(cls, pair_metrics: Mapping[str, Any]) -> Self | None:
        """Read the document `pair_metrics`; None if there were no pairs to predict."""
        if not pair_metrics.get("predictors"):
            return None
        measured = {name: groups[_EVERYONE] for name, groups in pair_metrics["predictors"].items()}
        metrics = [name for name in _METRICS if any(name in values for values in measured.values())]
        rows = {
            predictor: {name: _estimate(values.get(name)) for name in metrics}
            for predictor, values in measured.items()
        }
        counts = pair_metrics["groups"][_EVERYONE]
        about = f"{pair_metrics['pairs']} {pair_metrics['threshold_rule']}"
        return cls(counts["pairs"], counts["people"], about, metrics, rows)


def _estimate(measured: Mapping[str, float | None] | None) -> Estimate | None:
    if measured is None or measured["value"] is None:
        return None
    low, high = (measured.get(end) for end in ("low", "high"))
    return Estimate(measured["value"], *(float("nan") if end is None else end for end in (low, high)))
