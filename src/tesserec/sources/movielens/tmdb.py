"""Plots and taglines of films from the TMDB files on Kaggle, joined to MovieLens by TMDB id.

Known are `movies_metadata.csv` ("The Movies Dataset", also parts of it: `movies_metadata*.csv`) and
`tmdb_5000_movies.csv` ("TMDB 5000 Movie Dataset"). The first has rows that break in the middle, so that a
date stands where the id should be, and some films twice.
"""

import csv
import logging
from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tesserec.errors import DataError
from tesserec.sources.files import read_text

logger = logging.getLogger(__name__)

_PATTERNS = ("movies_metadata*.csv", "tmdb_5000_movies.csv")
_SAYS_NOTHING = {"no overview found.", "no overview", "no overview yet.", "no movie overview available."}


class Plot(NamedTuple):
    """What TMDB tells about a film."""

    description: str
    tagline: str


def join_plots(items: pd.DataFrame, tmdb_ids: Mapping[str, str | float], folder: Path) -> pd.DataFrame:
    """Add `description` and `tagline` to the films if a TMDB file lies in the folder or beside it.

    Args:
        items: Films with `item_id` and `title`.
        tmdb_ids: TMDB id by `item_id`; missing for some.
        folder: The unpacked MovieLens archive; TMDB files are sought in it and in the folder around it.

    Returns:
        The films with two further columns, missing for films that TMDB says nothing of; unchanged without
        TMDB files.

    Raises:
        DataError: If a TMDB file lacks the columns `id` and `overview`.
    """
    files = [
        path for place in (folder, folder.parent) for name in _PATTERNS for path in sorted(place.glob(name))
    ]
    if not files:
        return items
    plots: dict[str, Plot] = {}
    for tmdb_id, plot in chain.from_iterable(map(_read_plots, files)):
        if tmdb_id not in plots or not plots[tmdb_id].description:
            plots[tmdb_id] = plot
    found = [plots.get(_plain_id(tmdb_ids.get(item_id))) for item_id in items["item_id"]]
    joined = sum(plot is not None and plot.description != "" for plot in found)
    logger.info(
        "TMDB describes %d of %d films (%s)", joined, len(items), ", ".join(path.name for path in files)
    )
    texts = pd.DataFrame(
        [(plot.description or None, plot.tagline or None) if plot else (None, None) for plot in found],
        columns=["description", "tagline"],
        dtype="str",
    )
    return pd.concat([items[["item_id", "title"]], texts, items.drop(columns=["item_id", "title"])], axis=1)


def _read_plots(path: Path) -> Iterator[tuple[str, Plot]]:
    broken = 0
    for row in _rows(path):
        tmdb_id = _plain_id(row["id"])
        if tmdb_id.isdecimal():
            yield tmdb_id, Plot(_sentence(row["overview"]), _sentence(row.get("tagline")))
        else:
            broken += 1
    if broken:
        logger.warning("%s: left out %d broken rows, whose id is no number", path, broken)


def _rows(path: Path) -> Iterator[dict[str, str | None]]:
    reader = csv.DictReader(StringIO(read_text(path), newline=""))
    absent = {"id", "overview"} - set(reader.fieldnames or ())
    if absent:
        raise DataError(
            f"{path} has no column '{min(absent)}': replace it by the published TMDB file, or remove it."
        )
    yield from reader


def _plain_id(value: str | float | None) -> str:
    """The id without the `.0` that a detour over floating point leaves behind."""
    return value.strip().removesuffix(".0") if isinstance(value, str) else ""


def _sentence(value: str | None) -> str:
    text = (value or "").strip()
    return "" if text.lower() in _SAYS_NOTHING else text
