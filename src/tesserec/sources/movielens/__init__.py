"""MovieLens: ratings, films, and by version tags or people, as GroupLens publishes them.

F. M. Harper and J. A. Konstan: The MovieLens Datasets: History and Context. ACM TiiS 5(4), 2015.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tesserec.sources.files import locate
from tesserec.sources.movielens.ml_1m import read_1m
from tesserec.sources.movielens.ml_100k import read_100k
from tesserec.sources.movielens.ml_latest import read_latest

__all__ = ["read_movielens"]


@dataclass(frozen=True)
class _Layout:
    """One way in which versions of MovieLens are published."""

    versions: str
    files: tuple[str, ...]
    read: Callable[[Path], dict[str, pd.DataFrame]]

    def fits(self, folder: Path) -> bool:
        return all((folder / name).is_file() for name in self.files)


_LAYOUTS = (
    _Layout("latest, 20M, 25M and 32M", ("ratings.csv", "movies.csv"), read_latest),
    _Layout("1M", ("ratings.dat", "movies.dat", "users.dat"), read_1m),
    _Layout("100K", ("u.data", "u.item", "u.user", "u.genre"), read_100k),
)


def read_movielens(folder: Path) -> dict[str, pd.DataFrame]:
    """Read any version of MovieLens; which one, the files tell.

    Args:
        folder: The unpacked archive, or a folder with one unpacked archive in it.

    Returns:
        `interactions`, `items`, `users` and `texts`. Versions without people have empty `users`, versions
        without tags have empty `texts`.

    Raises:
        DataError: If the files of no version are there, or one of them is broken.
    """
    found = locate(folder, lambda path: any(layout.fits(path) for layout in _LAYOUTS), _expected())
    return next(layout for layout in _LAYOUTS if layout.fits(found)).read(found)


def _expected() -> str:
    files = "; ".join(f"{', '.join(layout.files)} for {layout.versions}" for layout in _LAYOUTS)
    return (
        f"MovieLens needs {files}; `kedro run --pipelines download` fetches them, "
        "and https://grouplens.org/datasets/movielens/ has them."
    )
