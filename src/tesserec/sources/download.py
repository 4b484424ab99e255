"""Fetch a published data set: download, verify, unpack, and only then put in place."""

import json
import logging
import shutil
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tesserec.errors import TesserecError
from tesserec.sources.http import fetch_file, fetch_text
from tesserec.sources.published import Publication, PublishedFile, published_checksum
from tesserec.sources.unpack import is_archive, unpack

logger = logging.getLogger(__name__)

RECEIPT = "download.json"


class DownloadError(TesserecError):
    """A data set could not be fetched; the message says what to fetch from where and where to put it."""


def download(publication: Publication, folder: Path) -> Path:
    """Fetch a data set into a folder of its own, which appears complete or not at all.

    What is already there is left as it is. A download that breaks off goes on from there the next time. The
    folder gets a receipt, `download.json`, with address, size and SHA-256 of each file, and whether the
    publisher's checksum was compared.

    Args:
        publication: What to fetch.
        folder: Where data sets lie, such as `data/01_raw`.

    Returns:
        The folder of the data set.

    Raises:
        DownloadError: If there is no network, a file is not as published, or the disk is full.
    """
    target = folder / publication.folder
    if target.exists():
        logger.info("%s is there already: remove it to fetch it anew", target)
        return target
    scratch = target.with_name(f".{target.name}.download")
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        receipt = [_fetch(file, scratch) for file in publication.files]
        complete = _assemble(publication, scratch)
        (complete / RECEIPT).write_text(json.dumps(receipt, indent=2) + "\n", encoding="utf-8")
        complete.replace(target)
    except (OSError, TesserecError) as error:
        with suppress(OSError):
            scratch.rmdir()  # unless there is something in it to go on from
        raise DownloadError(_remedy(publication, target, error)) from error
    shutil.rmtree(scratch)
    return target


def _fetch(file: PublishedFile, scratch: Path) -> dict[str, Any]:
    path = scratch / file.name
    if not path.exists():
        fetch_file(file.url, path)
    with path.open("rb") as content:
        sha256 = file_digest(content, "sha256").hexdigest()
    if file.checksum_url is None:
        logger.warning("%s: the publisher gives no checksum; its SHA-256 is %s", file.name, sha256)
    else:
        _verify(path, published_checksum(fetch_text(file.checksum_url)))
    return {
        "url": file.url,
        "bytes": path.stat().st_size,
        "sha256": sha256,
        "compared_with_publisher": file.checksum_url is not None,
    }


def _verify(path: Path, expected: str) -> None:
    with path.open("rb") as content:
        found = file_digest(content, "md5").hexdigest()
    if found != expected:
        path.unlink()
        raise DownloadError(f"{path.name} has the MD5 {found}, the publisher says {expected}")


def _assemble(publication: Publication, scratch: Path) -> Path:
    """Unpack archives, and move what the adapters read compressed, into one folder."""
    complete = scratch / "complete"
    shutil.rmtree(complete, ignore_errors=True)
    complete.mkdir()
    for file in publication.files:
        path = scratch / file.name
        if is_archive(path):
            unpack(path, complete)
        else:
            path.replace(complete / file.name)
    return complete


def _remedy(publication: Publication, target: Path, error: Exception) -> str:
    cause = error.reason if type(error) is URLError else error
    reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    files = " and ".join(file.url for file in publication.files)
    action = "unpack its files" if publication.files[0].name.endswith(".zip") else "put them as they are"
    return (
        f"{publication.name} could not be downloaded ({reason.rstrip('.')}): run the command again, or fetch "
        f"{files} by other means and {action} into {target}."
    )
