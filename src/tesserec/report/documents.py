"""JSON documents as rows of a table for people: protocol, data quality, token statistics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tesserec.report.wording import setting, words

# What people wrote or are is not for everybody who may read the report.
_PRIVATE_TABLES = {"texts", "users"}


def rows_of(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of a nested document with their paths in words; an innermost mapping makes one row."""
    for key, value in document.items():
        path = f"{prefix} · {words(str(key))}" if prefix else words(str(key))
        if not isinstance(value, Mapping):
            yield path, setting(value)
        elif any(isinstance(inner, Mapping) for inner in value.values()):
            yield from rows_of(value, path)
        else:
            yield path, " · ".join(f"{words(str(name))}: {setting(inner)}" for name, inner in value.items())


@dataclass(frozen=True)
class Finding:
    """Something that was done to a table: `action` is dropped, coerced, filled or noticed."""

    action: str
    column: str
    reason: str
    count: int
    examples: list[str]


@dataclass(frozen=True)
class TableSummary:
    """What happened to one table."""

    name: str
    rows_read: int
    rows_kept: int
    findings: list[Finding]


def table_summaries(data_quality: Mapping[str, Any]) -> list[TableSummary]:
    """Read the data-quality document; examples from tables of private content are left out.

    Args:
        data_quality: `{"tables": {name: {"rows_read", "rows_kept", "dropped": [...], ...}}}`.
    """
    return [
        TableSummary(name, table["rows_read"], table["rows_kept"], list(_findings(name, table)))
        for name, table in data_quality.get("tables", {}).items()
    ]


def _findings(name: str, table: Mapping[str, Any]) -> Iterator[Finding]:
    for action in ("dropped", "coerced", "filled", "noticed"):
        for note in table.get(action, []):
            examples = [] if name in _PRIVATE_TABLES else [str(value) for value in note.get("examples", [])]
            yield Finding(action, note.get("column", ""), note["reason"], note["count"], examples)
