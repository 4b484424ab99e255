"""Fetch files over HTTP, with a progress bar and from where the last attempt broke off."""

import shutil
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tqdm import tqdm
from tqdm.utils import CallbackIOWrapper

TIMEOUT = 30
"""Seconds without an answer after which a connection counts as lost."""

_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206


def fetch_text(url: str) -> str:
    """Fetch a small text.

    Args:
        url: Where it is.

    Returns:
        The text.

    Raises:
        OSError: If it cannot be fetched.
    """
    try:
        with urlopen(Request(url), timeout=TIMEOUT) as response:
            return response.read().decode("utf-8", errors="replace")
    except HTTPException as error:
        raise ConnectionError(f"the connection to {url} broke off") from error


def fetch_file(url: str, path: Path) -> None:
    """Fetch a file, which appears complete or not at all.

    What has arrived when the connection breaks off stays beside it as `.part`. The next call asks for the
    rest, on the condition that the file on the server is still the same one (RFC 9110, `If-Range`).

    Args:
        url: Where it is.
        path: Where it goes.

    Raises:
        OSError: If it cannot be fetched, or breaks off.
    """
    part = path.with_name(f"{path.name}.part")
    version = path.with_name(f"{path.name}.version")
    try:
        with urlopen(_request(url, part, version), timeout=TIMEOUT) as response:
            _receive(response, part, version)
    except HTTPError as error:
        if error.code != _RANGE_NOT_SATISFIABLE:
            raise
        # There is no rest to what is here, as after a kill just before the renaming below: begin anew.
        part.unlink()
        return fetch_file(url, path)
    except HTTPException as error:
        raise ConnectionError(f"the connection to {url} broke off") from error
    part.replace(path)
    version.unlink(missing_ok=True)


def _request(url: str, part: Path, version: Path) -> Request:
    if not (part.exists() and part.stat().st_size and version.exists()):
        return Request(url)
    return Request(
        url, headers={"Range": f"bytes={part.stat().st_size}-", "If-Range": version.read_text("utf-8")}
    )


def _receive(response: HTTPResponse, part: Path, version: Path) -> None:
    goes_on = response.status == _PARTIAL_CONTENT
    start = part.stat().st_size if goes_on else 0
    length = response.headers.get("Content-Length")
    total = start + int(length) if length else None
    version.unlink(missing_ok=True)
    # A weak tag, and a date, may stay the same while the bytes change.
    if (tag := response.headers.get("ETag", "")).startswith('"'):
        version.write_text(tag, encoding="utf-8")
    with (
        part.open("ab" if goes_on else "wb") as file,
        tqdm(total=total, initial=start, unit="B", unit_scale=True, desc=part.stem, disable=None) as bar,
    ):
        shutil.copyfileobj(CallbackIOWrapper(bar.update, response, "read"), file, 1 << 16)
    if total is not None and part.stat().st_size < total:
        raise ConnectionError(f"the connection broke off after {part.stat().st_size} of {total} bytes")
