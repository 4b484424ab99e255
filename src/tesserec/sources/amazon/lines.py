"""Records line by line, from JSON lines, Python literals or CSV, compressed or not."""

import ast
import csv
import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from tqdm import tqdm

from tesserec.errors import DataError

logger = logging.getLogger(__name__)

T = TypeVar("T")
Record = dict[str, Any]

BROKEN_SHARE = 0.01
"""The share of bad lines from which on it is the wrong file, rather than a large one with a few bad lines."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_BETWEEN_UPDATES = 5000
_BROKEN = (ValueError, KeyError, TypeError, SyntaxError, RecursionError, MemoryError)
"""What parsing a line and taking fields from it raises; the last two come from literals nested too deeply."""


def read_records(
    path: Path, extract: Callable[[Record], T], wanted: Callable[[bytes], bool] = lambda _line: True
) -> Iterator[T]:
    """Take what is wanted from each record of a file, in a stream, with a progress bar.

    Lines that cannot be read are left out, counted and reported in one warning.

    Args:
        path: JSON lines, the Python literals of 2014, or CSV with a header (by its name); compressed or not
            (by its content).
        extract: Makes the result from a record; what it raises marks the line as broken.
        wanted: Whether a line is worth parsing, told from its raw content; Python literals parse slowly.

    Yields:
        One result per wanted and readable line.

    Raises:
        DataError: If more than `BROKEN_SHARE` of the lines are broken, or the file is cut off.
    """
    parse: Callable[[bytes], Record] = _parse_literal
    lines = _lines(path)
    if path.name.removesuffix(".gz").endswith(".csv"):
        _, header = next(lines, (1, b""))
        parse = _csv_parser(header)
    total = broken = first = 0
    for number, line in lines:
        total += 1
        if not wanted(line):
            continue
        try:
            result = extract(parse(line))
        except _BROKEN:
            broken += 1
            first = first or number
            continue
        yield result
    _judge(path, total, broken, first)


def _judge(path: Path, total: int, broken: int, first: int) -> None:
    if not total:
        raise DataError(f"{path} is empty: download it again.")
    if broken > BROKEN_SHARE * total:
        raise DataError(
            f"{path}, line {first}: not a record as published, nor are {broken - 1} more of its {total} "
            "lines: put the published file in its place."
        )
    if broken:
        logger.warning(
            "%s: left out %d of %d lines that are broken, the first is line %d", path, broken, total, first
        )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number and content of the lines that are not blank; the bar counts bytes as they are on disk."""
    number = 0
    with (
        path.open("rb") as raw,
        tqdm(total=path.stat().st_size, unit="B", unit_scale=True, disable=None) as bar,
    ):
        bar.set_description(path.name)
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        lines = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            for number, line in enumerate(lines, start=1):
                content = line.removeprefix(_BYTE_ORDER_MARK).strip()
                if content:
                    yield number, content
                if number % _LINES_BETWEEN_UPDATES == 0:
                    bar.update(raw.tell() - bar.n)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(
                f"{path} is cut off or damaged after line {number}: download it again."
            ) from error
        bar.update(raw.tell() - bar.n)


def _parse_literal(line: bytes) -> Record:
    text = line.decode("utf-8")
    try:
        record = json.loads(text)
    except json.JSONDecodeError:
        record = ast.literal_eval(text)
    if not isinstance(record, dict):
        raise TypeError("a record has named fields")
    return record


def _csv_parser(header: bytes) -> Callable[[bytes], Record]:
    names = next(csv.reader([header.decode("utf-8")]), [])
    return lambda line: dict(zip(names, next(csv.reader([line.decode("utf-8")])), strict=True))
