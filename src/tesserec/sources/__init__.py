"""Public data sets, read as published and brought into the tables of the data contract.

A source is a function from the folder of published files to tables named as in the contract. A new source is
a new module here, a line in `SOURCES`, and an environment `conf/<name>/` that names it.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tesserec.errors import ConfigError
from tesserec.sources.amazon import read_amazon
from tesserec.sources.movielens import read_movielens
from tesserec.tables.checks import check_rows
from tesserec.tables.contract import CONTRACTS
from tesserec.tables.places import Place

SOURCES: dict[str, Callable[[Path], dict[str, pd.DataFrame]]] = {
    "amazon": read_amazon,
    "movielens": read_movielens,
}


def read_source(name: str, folder: Path) -> dict[str, pd.DataFrame]:
    """Read every table that a source has.

    Args:
        name: A key of `SOURCES`.
        folder: The published files, or the one folder that an archive unpacked into.

    Returns:
        Tables by contract name, such as `interactions` and `items`; a table that this source can have but
        that these files lack is empty.

    Raises:
        ConfigError: If no source has this name.
        DataError: If the folder does not hold the source's files, a file is broken, or a table breaks the
            contract.
    """
    if name not in SOURCES:
        raise ConfigError(f"'{name}' is not a data source: choose one of {', '.join(sorted(SOURCES))}.")
    tables = SOURCES[name](folder)
    for table, frame in tables.items():
        if CONTRACTS[table].needed or len(frame):
            check_rows(frame, CONTRACTS[table], Place(f"{folder} ({table})"))
    return tables
