"""Split cells that hold several values: "Drama|Comedy", "剧情/悬疑", "['a', 'b']", "{'url': 'name'}"."""

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Lowest share of cells with the separator for it to separate. "|" is the contract's own; the others are also
# punctuation, so they must be frequent, and (see `_recurs`) what they separate must come back in other cells.
SEPARATORS = {"|": 0.01, "、": 0.1, ";": 0.1, "；": 0.1, "/": 0.2, ",": 0.3, "，": 0.3}
LITERAL = "literal"
LITERAL_SHARE = 0.9
LABEL_CHARACTERS = 40
LABEL_SHARE = 0.95
RECURRENCE = 1.5
PATH = re.compile(r"\s>\s|›")
ADDRESS = re.compile(r"(?:https?:/|www\.|ftp:/|/\S+\.(?:jpe?g|png|gif|webp)$)", re.IGNORECASE)


@dataclass(frozen=True)
class Splitter:
    """A way to split the cells of one column.

    Args:
        separator: What stands between values, or `LITERAL` for lists, tuples, sets and dictionaries in Python
            or JSON notation.
    """

    separator: str

    def split(self, cell: str) -> list[str]:
        """Return the values of a cell, without blanks and repetitions, in their order."""
        parts = _literal_values(cell) if self.separator == LITERAL else cell.split(self.separator)
        if parts is None:
            parts = [cell]
        return list(dict.fromkeys(stripped for part in parts if (stripped := part.strip())))


def find_splitter(cells: Sequence[str]) -> Splitter | None:
    """Find how the cells of a column hold several values, or None if they hold one each.

    Args:
        cells: Distinct cells that are not missing.
    """
    if _share(cells, [_literal_values(cell) is not None for cell in cells]) >= LITERAL_SHARE:
        return Splitter(LITERAL)
    for separator, lowest in SEPARATORS.items():
        with_it = [cell for cell in cells if separator in cell]
        if len(with_it) < max(lowest * len(cells), 1) or not _are_labels(with_it, separator):
            continue
        if separator == "|" or (not is_path(cells) and _recurs(cells, separator)):
            return Splitter(separator)
    return None


def most_likely_splitter(cells: Sequence[str]) -> Splitter:
    """Return the splitter of a column that is said to hold several values per cell."""
    counts = {separator: sum(separator in cell for cell in cells) for separator in SEPARATORS}
    return find_splitter(cells) or Splitter(max(counts, key=lambda separator: counts[separator]))


def is_path(cells: Sequence[str]) -> bool:
    """Tell whether most cells are paths of a hierarchy, such as "Beauty > Makeup > Nails"."""
    return _share(cells, [PATH.search(cell) is not None for cell in cells]) >= 1 / 2


def are_addresses(cells: Sequence[str]) -> bool:
    """Tell whether the cells are addresses of pages or pictures."""
    return _share(cells, [ADDRESS.match(cell) is not None for cell in cells]) >= LITERAL_SHARE


def _share(cells: Sequence[str], flags: list[bool]) -> float:
    return sum(flags) / len(cells) if cells else 0.0


def _are_labels(cells: Sequence[str], separator: str) -> bool:
    parts = [part.strip() for cell in cells for part in cell.split(separator)]
    short = sum(len(part) <= LABEL_CHARACTERS and not part.isdigit() for part in parts)
    return short >= LABEL_SHARE * len(parts)


def _recurs(cells: Sequence[str], separator: str) -> bool:
    parts = [part.strip() for cell in cells for part in cell.split(separator)]
    # "Smith, Inc." and "AC/DC" are names: their pieces do not stand alone or in new company elsewhere.
    return len(parts) >= RECURRENCE * len(set(parts)) and len(set(parts)) < RECURRENCE * len(cells)


def _literal_values(cell: str) -> list[str] | None:
    """Return the values of a literal in Python or JSON notation, None for anything else."""
    if not (cell[:1] in "[({" and cell[-1:] in "])}"):
        return None
    for parse in (ast.literal_eval, json.loads):
        try:
            return _names(parse(cell))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return None


def _names(value: Any) -> list[str]:
    """Return the words in a literal: of a record its name, of a mapping its values, of a list its items."""
    if isinstance(value, dict):
        value = [value["name"]] if "name" in value else list(value.values())
    if isinstance(value, (list, tuple, set)):
        return [name for item in value for name in _names(item)]
    return [] if value is None else [str(value).replace("|", "/")]
