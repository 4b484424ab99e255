"""Numbers as people read them."""

import math

from tesserec.metrics.names import split_metric

UNKNOWN = "–"
_SHARES = {"hit_rate", "coverage"}
_LOW_PRECISION = {"novelty"}
_SMALLEST_P = 0.001


def share(value: float | None) -> str:
    """Write 0.1234 as `12.3 %`."""
    return UNKNOWN if is_unknown(value) else f"{value:.1%}".replace("%", "\u202f%")


def count(value: float) -> str:
    """Write 22363 as `22,363`."""
    return f"{value:,.0f}"


def metric_value(name: str, value: float | None) -> str:
    """Write the value of a metric: shares in per cent, bits with two decimals, the rest with four."""
    base, _ = split_metric(name)
    if base in _SHARES:
        return share(value)
    if is_unknown(value):
        return UNKNOWN
    return f"{value:.2f}" if base in _LOW_PRECISION else f"{value:.4f}"


def signed(value: float | None) -> str:
    """Write a difference with its sign."""
    return UNKNOWN if is_unknown(value) else f"{value:+.4f}".replace("-", "\u2212")


def p_value(value: float | None) -> str:
    """Write a p-value, no smaller than it was measured."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value <= _SMALLEST_P:
        return f"p\u202f≤\u202f{_SMALLEST_P}"
    return f"p\u202f=\u202f{value:.3f}"


def words(key: str) -> str:
    """Write the name of a column or a key as words: `rows_read` as `rows read`."""
    return key.replace("_", " ")


def setting(value: object) -> str:
    """Write any value of a JSON document on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 1 else f"{value:.4g}"
    return ", ".join(setting(part) for part in value) if isinstance(value, list | tuple) else str(value)


def is_unknown(value: float | None) -> bool:
    """Tell whether there is no value; NaN counts as none."""
    return value is None or math.isnan(value)
