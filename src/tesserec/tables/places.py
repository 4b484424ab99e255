"""Say where a row stands, in the words of the person who has the file open."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SHOWN = 3
# Some programs, pandas among them, write a carriage return inside a field without quoting the field.
LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class Place:
    """A table as error messages name it.

    Args:
        name: The file, or the table where there is no file.
        csv_file: The CSV file, if lines of it can be counted.
    """

    name: str
    csv_file: Path | None = None

    def rows(self, positions: Sequence[int] | np.ndarray) -> str:
        """Name rows by their position in the table (0 is the first) as lines of the file.

        Returns:
            `line 5`, `lines 5 and 9`, or `lines 5, 9, 12 and 40 more`. The header is line 1. A Parquet file
            has no lines: its rows count from 1.
        """
        shown = [int(position) for position in positions[:SHOWN]]
        word, numbers = ("line", self._lines(shown)) if self.csv_file else ("row", [p + 1 for p in shown])
        names = [str(number) for number in numbers]
        more = len(positions) - len(shown)
        last = f"{more} more" if more else names.pop()
        return f"{word}{'s' if len(positions) > 1 else ''} " + " and ".join(
            filter(None, [", ".join(names), last])
        )

    def _lines(self, positions: list[int]) -> list[int]:
        assert self.csv_file is not None
        starts: dict[int, int] = {}
        for position, (start, _) in enumerate(records(self.csv_file)):
            starts[position] = start
            if position > max(positions):
                break
        # The header is the first record of the file.
        return [starts[position + 1] for position in positions]


class BrokenRecord(csv.Error):
    """A record whose quotes do not close.

    Args:
        line: The line on which it starts.
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def records(csv_file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each record of a CSV file starts, and its fields; blank lines are no records.

    A carriage return alone ends no line: it is read as a space.

    Raises:
        UnicodeDecodeError: If the file is not UTF-8.
        BrokenRecord: If its quotes do not close.
    """
    with csv_file.open(newline="\n", encoding="utf-8-sig") as lines:
        reader = csv.reader((LONE_RETURN.sub(" ", line) for line in lines), strict=True)
        end = 0
        try:
            for fields in reader:
                if fields:
                    yield end + 1, fields
                end = reader.line_num
        except csv.Error as error:
            raise BrokenRecord(end + 1) from error
