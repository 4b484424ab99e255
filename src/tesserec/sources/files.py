"""Published files on disk: where they lie, and what they hold before it means anything."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from tesserec.errors import DataError

_BLANK_IS_MISSING: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
"""A film or a tag may well be called "NA", "None" or "null"."""


def locate(folder: Path, fits: Callable[[Path], bool], expected: str) -> Path:
    """Find the folder with the files of a source: the one given, or else the only fitting one inside it.

    Args:
        folder: Where the user put the files.
        fits: Whether a folder holds a complete set of the source's files.
        expected: What to look for and where to get it, as the end of a sentence.

    Returns:
        The folder with the files.

    Raises:
        DataError: If no folder fits, or several inside the one given do.
    """
    if not folder.is_dir():
        raise DataError(f"The folder {folder} does not exist: {expected}")
    if fits(folder):
        return folder
    inside = sorted(path for path in folder.iterdir() if _is_visible_folder(path) and fits(path))
    if len(inside) > 1:
        names = ", ".join(path.name for path in inside)
        raise DataError(
            f"{folder} holds several data sets ({names}): name one with --params data_dir={inside[0]}."
        )
    if not inside:
        raise DataError(f"The folder {folder} does not hold a complete data set: {expected}")
    return inside[0]


def _is_visible_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def read_text(path: Path) -> str:
    """Read a file as UTF-8 if it is that, with or without a byte order mark, and else as Latin-1.

    The older data sets are published in Latin-1, but copies of them have often been saved anew as UTF-8.
    Latin-1 text with an accent in it is practically never valid UTF-8, so trying UTF-8 first is safe.

    Args:
        path: The file.

    Returns:
        Its text.
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def read_csv(path: Path, types: Mapping[str, str]) -> pd.DataFrame:
    """Read some columns of a CSV file with a header.

    Args:
        path: The file, in UTF-8.
        types: Wanted columns and their types, `str` or `float64`.

    Returns:
        The wanted columns, in the order wanted; empty cells are missing values.

    Raises:
        DataError: If the file is not readable as CSV, lacks a wanted column, or a number is none.
    """
    try:
        header = _header(path)
        absent = [name for name in types if name not in header]
        if absent:
            raise DataError(
                f"{path} has no column '{absent[0]}': is it the published file? It has {', '.join(header)}."
            )
        return _parse(path, types, encoding="utf-8-sig", usecols=list(types))[list(types)]
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text ({error.reason}): unpack the published archive again."
        ) from error


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        names = next(csv.reader(lines), [])
    if not names:
        raise DataError(f"{path} is empty: unpack the published archive again.")
    return names


def read_fields(path: Path, separator: str, types: Mapping[str, str]) -> pd.DataFrame:
    """Read a file of separated fields without header or quotes, as the older data sets have them.

    Args:
        path: The file.
        separator: What stands between two fields, one character or more.
        types: All columns of the file in order and their types, `str` or `float64`.

    Returns:
        The table; empty fields are missing values.

    Raises:
        DataError: If the file is empty, a line has too many fields, or a number is none.
    """
    text = read_text(path)
    if not text.strip():
        raise DataError(f"{path} is empty: unpack the published archive again.")
    # The fast reader knows separators of one character only.
    source = StringIO(text.replace(separator, "\t"))
    return _parse(path, types, source=source, sep="\t", names=list(types), quoting=csv.QUOTE_NONE)


def _parse(
    path: Path, types: Mapping[str, str], source: StringIO | None = None, **options: Any
) -> pd.DataFrame:
    try:
        return pd.read_csv(source or path, dtype=dict(types), **options, **_BLANK_IS_MISSING)
    except pd.errors.ParserError as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise DataError(f"{path} cannot be read ({reason}): unpack the published archive again.") from error
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        if source is not None:
            source.seek(0)
        words = pd.read_csv(source or path, dtype="str", **options, **_BLANK_IS_MISSING)
        raise DataError(_wrong_number(path, words, types, has_header="names" not in options)) from error


def _wrong_number(path: Path, words: pd.DataFrame, types: Mapping[str, str], *, has_header: bool) -> str:
    for name in (name for name, kind in types.items() if kind == "float64"):
        wrong = pd.to_numeric(words[name], errors="coerce").isna() & words[name].notna()
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            value = words[name].iloc[row]
            place = f"{path}, line {row + 1 + has_header}"
            return f"{place}: {name} is '{value}', not a number: correct or delete the line."
    return f"{path} holds values that do not fit its columns: unpack the published archive again."
