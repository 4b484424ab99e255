"""How much preference an event shows: a weight per kind of event, times what its value says."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

# Values of one kind of event are counts or durations if the largest is this many times the median ...
LONG_TAIL = 10
# ... and beyond any scale of stars or points in use.
LARGEST_SCALE = 100


def weigh_events(
    events: pd.Series,
    values: np.ndarray,
    *,
    event_weights: Mapping[str, float],
    default_event_weight: float,
    value_weighting: str,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """Weigh events.

    Args:
        events: (rows,) kind of each event.
        values: (rows,) float64, NaN where an event has no value.
        event_weights: Weight by kind of event.
        default_event_weight: Weight of kinds that are not listed.
        value_weighting: `auto`, `none`, `linear` or `log`; see `factor_of_values`.
        known: (rows,) bool, the events whose values and weights tell what is usual; None: all.

    Returns:
        (rows,) float64, zero or positive. The median of the positive weights is 1, so only ratios matter and
        a log of one kind of event does not change the strength of regularisation.
    """
    known = np.ones(len(events), dtype=bool) if known is None else known
    weights = np.empty(len(events))
    codes, kinds = pd.factorize(events)
    for code, kind in enumerate(kinds):
        rows = codes == code
        # What is usual of a kind that is not known yet, only its own events can tell.
        usual = rows & known if (rows & known).any() else rows
        factor = factor_of_values(values[rows], value_weighting, values[usual])
        weights[rows] = event_weights.get(kind, default_event_weight) * factor
    positive = weights[known & (weights > 0)]
    return weights / np.median(positive) if len(positive) else weights


def factor_of_values(values: np.ndarray, value_weighting: str, usual: np.ndarray | None = None) -> np.ndarray:
    """Turn the values of one kind of event into factors of its weight; an event without a value has factor 1.

    `none` is 1; `linear` is the value; `log` is 1 + log(1 + value) / log(1 + median), the log scaling of Hu,
    Koren and Volinsky (2008) with the median as unit. `auto` takes `linear` for values that are all 0 or 1 (0
    is a dislike), `log` for counts and durations (a long tail: the largest value above 100 and ten times the
    median), and `none` for stars and points, where a rating first of all shows that the item was chosen.

    Args:
        values: (rows,) float64, NaN where an event has no value.
        value_weighting: `auto`, `none`, `linear` or `log`.
        usual: Values that tell what is usual, NaN where an event has none; None: all.

    Returns:
        (rows,) float64, zero or positive.
    """
    there = values if usual is None else usual
    there = there[~np.isnan(there)]
    if not len(there):
        return np.ones(len(values))
    kind = _kind_of_values(there) if value_weighting == "auto" else value_weighting
    factors = FACTORS[kind](np.maximum(values, 0), np.maximum(there, 0))
    return np.where(np.isnan(values), 1.0, factors)


def _kind_of_values(values: np.ndarray) -> str:
    if np.isin(values, (0, 1)).all():
        return "linear"
    if values.min() >= 0 and values.max() > max(LARGEST_SCALE, LONG_TAIL * np.median(values)):
        return "log"
    return "none"


def _log_factor(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    unit = np.log1p(np.median(there))
    return 1 + np.log1p(values) / (unit if unit > 0 else 1.0)


FACTORS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "none": lambda values, there: np.ones(len(values)),
    "linear": lambda values, there: values,
    "log": _log_factor,
}
