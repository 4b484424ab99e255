"""Notebooks show; they do not program. What is worth a function is one of the package."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
MOST_LINES = 8
# Everything else comes from the catalog; logging is there to be silenced.
IMPORTED = {"tesserec", "pandas", "numpy", "plotly", "logging"}
PROGRAM = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def breaches(notebook: NotebookNode) -> list[str]:
    """Return what a notebook does that none may do."""
    found = [] if notebook.cells[0].cell_type == "markdown" else ["begins with code"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found += breaches_of_code(cell.source)
    return found


def breaches_of_code(source: str) -> Iterator[str]:
    if sum(bool(line.strip()) for line in source.splitlines()) > MOST_LINES:
        yield "is long"
    for node in ast.walk(ast.parse(python(source))):
        if isinstance(node, PROGRAM):
            yield "defines"
        if isinstance(node, ast.Import):
            yield from (f"imports {one.name}" for one in node.names if outside(one.name))
        if isinstance(node, ast.ImportFrom) and (node.level or outside(node.module or "")):
            yield f"imports {node.module}"


def python(source: str) -> str:
    """Return the code of a cell as Python: without the magic of its first line, and other magics as calls."""
    if source.startswith("%%"):
        source = source.partition("\n")[2]
    return TransformerManager().transform_cell(source)


def outside(module: str) -> bool:
    return module.partition(".")[0] not in IMPORTED


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_keep_to_the_rules(path):
    assert breaches(nbformat.read(path, as_version=4)) == []


def test_there_are_no_outputs_in_git():
    command = [sys.executable, "-m", "nbstripout", "--verify", *map(str, NOTEBOOKS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_names_each_notebook():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in NOTEBOOKS if f"{path.stem}.ipynb" not in readme] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("%%capture\nimport pandas as pd\n%load_ext kedro.ipython\nfrom tesserec.plots import leaders", []),
        ("\n\n".join(["1"] * MOST_LINES), []),
        ("\n".join(["1"] * (MOST_LINES + 1)), ["is long"]),
        ("def f():\n    return 1", ["defines"]),
        ("f = lambda: 1", ["defines"]),
        ("%%capture\nclass A:\n    pass", ["defines"]),
        ("import os, numpy.linalg", ["imports os"]),
        ("from sklearn.svm import SVC", ["imports sklearn.svm"]),
        ("if True:\n    from pandas_extra import x", ["imports pandas_extra"]),
    ],
)
def test_the_rules_themselves(source, found):
    assert breaches(new_notebook(cells=[new_markdown_cell("#"), new_code_cell(source)])) == found


def test_a_notebook_says_first_what_it_is_for():
    assert breaches(new_notebook(cells=[new_code_cell("1")])) == ["begins with code"]
