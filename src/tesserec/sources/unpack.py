"""Unpack an archive from the internet."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from tesserec.errors import DataError


def is_archive(path: Path) -> bool:
    """Whether a file is an archive to unpack, by its name.

    Args:
        path: The file.

    Returns:
        Whether it is a zip file.
    """
    return path.suffix == ".zip"


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the files of a zip archive, without the one folder that archives tend to wrap around them.

    Args:
        archive: The zip file.
        folder: Where the files go.

    Raises:
        DataError: If it is no zip file, is damaged, or has an entry that would land outside the folder.
    """
    try:
        with zipfile.ZipFile(archive) as content:
            entries = [entry for entry in content.infolist() if not entry.is_dir()]
            paths = [_safe_path(entry.filename, archive) for entry in entries]
            wrapped = len({path.parts[0] for path in paths}) == 1 and all(
                len(path.parts) > 1 for path in paths
            )
            for entry, path in zip(entries, paths, strict=True):
                target = folder.joinpath(*path.parts[wrapped:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with content.open(entry) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    except (zipfile.BadZipFile, EOFError) as error:
        raise DataError(f"{archive.name} is not a complete zip file ({error}): download it again.") from error


def _safe_path(name: str, archive: Path) -> PurePosixPath:
    # Windows paths know both kinds of slashes, and drives.
    path = PureWindowsPath(name)
    if path.anchor or ".." in path.parts:
        raise DataError(
            f"{archive.name} holds '{name}', which would land outside its folder: do not trust it."
        )
    return PurePosixPath(name)
