"""Find out why a file could not be read as CSV: slow, and only called after a failure."""

import csv
from pathlib import Path

from tesserec.errors import DataError
from tesserec.tables.places import BrokenRecord, records

SIGNATURES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
}
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LONGEST_FIELD = 1 << 27


def explain_csv(path: Path) -> DataError:
    """Return the error that tells why `path` is not a readable CSV file and what to do about it."""
    data = path.read_bytes()
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return DataError(f"{path} is {kind}, not CSV: export the table as comma-separated UTF-8 text.")
    if data.startswith(UTF16_MARKS):
        return _encoding_error(path, 1, "utf-16")
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        return DataError(
            f"{path} is not CSV: line {line} holds a NUL byte, so it is a binary or damaged file; "
            "export the table again as comma-separated UTF-8 text."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _encoding_error(path, line, _guess_encoding(data), data[error.start])
    return _explain_records(path)


def _encoding_error(path: Path, line: int, encoding: str, byte: int | None = None) -> DataError:
    what = "it starts with a UTF-16 mark" if byte is None else f"line {line} holds the byte 0x{byte:02x}"
    return DataError(
        f"{path} is not UTF-8: {what}; convert it, for example with "
        f"`iconv -f {encoding} -t utf-8 {path.name} > utf8.csv` if it was written as {encoding}."
    )


def _guess_encoding(data: bytes) -> str:
    # Western text seldom decodes as GB18030, and when it does the characters are rare ones, outside GB2312.
    try:
        foreign = [character for character in data.decode("gb18030") if not character.isascii()]
    except UnicodeDecodeError:
        return "cp1252"
    common = [character for character in foreign if character.encode("gb2312", errors="ignore")]
    return "gb18030" if len(common) > len(foreign) / 2 else "cp1252"


def _explain_records(path: Path) -> DataError:
    csv.field_size_limit(LONGEST_FIELD)
    width = None
    try:
        for start, fields in records(path):
            width = width or len(fields)
            if len(fields) != width:
                return DataError(
                    f"{path} is not CSV: line {start} has {len(fields)} fields where the header has {width}; "
                    'put fields that contain a comma, a quote or a line break in double quotes (" as "").'
                )
    except BrokenRecord as error:
        return DataError(
            f"{path} is not CSV: the record that starts on line {error.line} has a double quote that is not "
            'closed or not doubled; write a quote inside a quoted field as "".'
        )
    return DataError(f"{path} cannot be read as CSV: export the table again as comma-separated UTF-8 text.")
