"""Markdown in which data cannot pass for markup."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

# ASCII punctuation that can begin something in CommonMark, and the bar that parts the cells of a table.
_SPECIAL = re.compile(r"([\\`*_\[\]|#~])")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+ *")  # a line that broke would end a row


def escaped(value: object) -> Markup:
    """Return a value as inline Markdown on one line; what is `Markup` already stays as it is."""
    if isinstance(value, Markup):
        return value
    text = _BREAKS.sub(" ", str(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(_SPECIAL.sub(r"\\\1", text))


def markdown_table(header: Sequence[str], rows: Iterable[Iterable[object]]) -> Markup:
    """Return a table; its cells are escaped.

    Args:
        header: Names of the columns.
        rows: As many values each.
    """
    lines = [header, ["---"] * len(header), *rows]
    cells = ([Markup(cell) if line is lines[1] else escaped(cell) for cell in line] for line in lines)
    return Markup("\n".join(f"| {' | '.join(line)} |" for line in cells))
