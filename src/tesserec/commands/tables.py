"""Tables for people, on the terminal."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table


def show_table(rows: pd.DataFrame, cell: Callable[[str, Any], str]) -> None:
    """Write a table to standard output, numbers to the right.

    Args:
        rows: What to show; the names of its columns are the heading.
        cell: Writes a value, given the name of its column and the value; one that is missing stays empty.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows.columns:
        numeric = pd.api.types.is_numeric_dtype(rows[name])
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows.itertuples(index=False):
        pairs = zip(rows.columns, row, strict=True)
        table.add_row(*("" if pd.isna(value) else cell(name, value) for name, value in pairs))
    Console(highlight=False, markup=False).print(table)
