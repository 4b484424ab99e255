"""The notebooks run as a newcomer runs them: from top to bottom, unchanged, in a fresh copy of the project."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from ipykernel.kernelspec import write_kernel_spec
from nbclient import NotebookClient
from nbformat import NotebookNode

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
LIST_LENGTH = 10
# Encoding what people wrote takes half of the time; a part of it shows as well that the steps fit together.
TEXTS = 500


class Rows(HTMLParser):
    """Collects the cells of the HTML table that pandas shows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def output(notebook: NotebookNode, tag: str, kind: str) -> str:
    """Return what the tagged cell shows, in the given MIME type."""
    (cell,) = (cell for cell in notebook.cells if tag in cell.metadata.get("tags", []))
    return "".join(shown["data"][kind] for shown in cell.outputs if kind in shown.get("data", {}))


def table(notebook: NotebookNode, tag: str) -> list[dict[str, str]]:
    """Return the rows of the table that the tagged cell shows; the index has the name ''."""
    parser = Rows()
    parser.feed(output(notebook, tag, "text/html"))
    header, *rows = parser.rows
    # The name of the index has a row of its own.
    return [dict(zip(header, row, strict=True)) for row in rows if any(row[1:])]


def copy_project(folder: Path, tracking_database: Path) -> None:
    """Lay out the project again, so that the run finds nothing and leaves nothing behind."""
    for name in ("conf", "src", "notebooks", "data/01_raw/sample"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("local", "__pycache__"))
    (folder / "conf" / "local").mkdir()
    shutil.copy(PROJECT / "pyproject.toml", folder)
    shutil.copy(tracking_database, folder)
    texts = folder / "data" / "01_raw" / "sample" / "texts.csv"
    with texts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with texts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[: TEXTS + 1])


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a kernel that is this very interpreter."""
    name, folder = "tesserec-test", tmp_path_factory.mktemp("jupyter")
    write_kernel_spec(folder / "kernels" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        yield name


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory, tracking_database: Path) -> Path:
    folder = tmp_path_factory.mktemp("project")
    copy_project(folder, tracking_database)
    return folder


@pytest.fixture(scope="module")
def executed(copied: Path, kernel: str) -> NotebookNode:
    """The walk through the project, with its outputs."""
    folder = copied / "notebooks"
    notebook = nbformat.read(folder / "from_tables_to_recommendations.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=600, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}
    )
    return client.execute()
