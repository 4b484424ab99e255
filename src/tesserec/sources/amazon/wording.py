"""Text, prices and category paths of Amazon, whatever shape a year gave them."""

import html
import math
import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

_PRICE = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_LONGEST_CATEGORY = 60
"""Characters; what is longer in a path of 2018 is a selling point that slipped in behind the categories."""


def plain(value: Any) -> str:
    """Make one text of a string, or of a list of strings, with entities such as `&amp;` resolved.

    Args:
        value: A string, a list of strings, or anything else, which counts as nothing.

    Returns:
        The text, without space around it.
    """
    if isinstance(value, list):
        return " ".join(part for part in map(plain, value) if part)
    return html.unescape(value).strip() if isinstance(value, str) else ""


def price(value: Any) -> float:
    """Make a number of a price.

    Args:
        value: A number, or a string such as "$12.99" or "1,299.00".

    Returns:
        The price; NaN for a span such as "$5.00 - $9.00", "from 5.00", a negative number, and what is no
        price.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) and value >= 0 else math.nan
    match = _PRICE.fullmatch(plain(value))
    return float(match[0].lstrip("$ ").replace(",", "")) if match else math.nan


def category_paths(value: Any) -> str:
    """Write category paths as `A > B > C`.

    Args:
        value: One path as a list of names (2018, 2023), or a list of such paths (2014).

    Returns:
        The paths, each once, with `|` between them; empty if there is none.
    """
    if not isinstance(value, list):
        return ""
    nested = [path for path in value if isinstance(path, list)]
    paths = (_path(names) for names in (nested or [value]))
    return "|".join(dict.fromkeys(path for path in paths if path))


def _path(names: Iterable[Any]) -> str:
    kept = takewhile(lambda name: "<" not in name and len(name) <= _LONGEST_CATEGORY, map(plain, names))
    return " > ".join(name.replace("|", "/") for name in kept if name)
