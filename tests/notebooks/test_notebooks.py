"""Notebooks run as a newcomer runs them: from top to bottom, unchanged, in a fresh copy of the project."""

import csv
import re
import shutil
import sqlite3
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
SAMPLE = Path("data", "01_raw", "sample")
RANKS = [str(rank) for rank in range(1, 11)]
# Two settings that spare half of the time: some of what people wrote, and small fused embeddings.
TEXTS = 500
QUICK = "feature_fusion: {embedding_size: 32}"


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


def table(notebook: NotebookNode, tag: str) -> list[dict[str, str]]:
    """Return the rows of the table that the tagged cell shows; an index without a name has the name ''."""
    (cell,) = (cell for cell in notebook.cells if tag in cell.metadata.get("tags", []))
    parser = Rows()
    for shown in cell.outputs:
        parser.feed(shown.get("data", {}).get("text/html", ""))
    header, *rows = parser.rows
    # The name of an index stands in a row of its own.
    return [dict(zip(header, row, strict=True)) for row in rows if any(row[1:])]


def column(rows: list[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows]


def cited(row: dict[str, str]) -> list[str]:
    """Return the titles that a reason names."""
    return re.findall("“(.+?)”", row["reason"])


def copy_project(folder: Path, tracking_database: Path) -> None:
    """Lay out the project again, so that the run finds nothing and leaves nothing behind."""
    for name in ("conf", "src", "notebooks", SAMPLE):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("local", "__pycache__"))
    for file in (PROJECT / "pyproject.toml", PROJECT / ".telemetry", tracking_database):
        shutil.copy(file, folder)
    local = folder / "conf" / "local"
    local.mkdir()
    (local / "parameters.yml").write_text(QUICK)
    texts = folder / SAMPLE / "texts.csv"
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


class TestStored:
    def test_there_are_no_outputs_in_git(self):
        command = [sys.executable, "-m", "nbstripout", "--verify", *map(str, NOTEBOOKS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


class TestFromTablesToRecommendations:
    def test_the_raw_tables_show_both_languages(self, executed):
        titles = " ".join(column(table(executed, "raw-items"), "title"))
        assert re.search("[a-z]{4}", titles)
        assert re.search("[\u4e00-\u9fff]{2}", titles)

    def test_the_quality_report_counts_every_row(self, executed, copied):
        read = {row[""]: row["rows_read"] for row in table(executed, "quality")}
        for name in ("items", "interactions", "users", "texts"):
            with (copied / SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                assert int(read[name]) == sum(1 for _ in csv.DictReader(file)), name

    def test_each_view_of_a_text_is_for_its_reader(self, executed):
        language, contextual, lexical = table(executed, "views")
        assert (language["tr-025"], language["mu-047"]) == ("en", "zh")
        assert " the " in contextual["tr-025"]
        assert " the " not in f" {lexical['tr-025']} "
        assert "射电望远镜" in contextual["mu-047"]
        assert "望远镜" in lexical["mu-047"].split()

    def test_tokens_are_those_of_an_english_vocabulary(self, executed):
        english, chinese = column(table(executed, "tokens"), "tokens")
        assert english.startswith("hot springs of the snow country .")
        assert "[UNK]" not in english
        assert "[UNK]" in chinese

    def test_neighbours_mean_similar_things(self, executed):
        itself, nearest, *others = table(executed, "neighbours")
        assert (itself[""], round(float(itself["cosine"]), 2)) == ("tr-025", 1)
        assert nearest["title"] == "Finnish Sauna School"
        assert float(nearest["cosine"]) >= float(others[0]["cosine"]) >= float(others[-1]["cosine"])

    def test_the_fusion_beats_popularity(self, executed):
        ndcg = {row["metric"]: float(row["ndcg@10"]) for row in table(executed, "comparison")}
        assert ndcg["fusion"] > 2 * ndcg["popularity"] > 0
        lead = {row["recommender"]: float(row["low"]) for row in table(executed, "differences")}
        assert lead["popularity"] > 0

    def test_a_person_gets_ten_new_items_for_reasons_in_the_history(self, executed):
        history, listed = table(executed, "history"), table(executed, "recommendations")
        assert column(listed, "") == RANKS
        assert not set(column(listed, "item_id")) & set(column(history, "item_id"))
        scores = [float(score) for score in column(listed, "score")]
        assert scores == sorted(scores, reverse=True)
        titles = {title for row in listed for title in cited(row)}
        assert titles
        assert titles <= set(column(history, "title"))

    def test_a_person_without_a_history_gets_ten_items_for_other_reasons(self, executed):
        assert column(table(executed, "quiet"), "text") == ["where to start with children's songs car"]
        listed = table(executed, "quiet-recommendations")
        assert column(listed, "") == RANKS
        assert all(row["reason"] and not cited(row) for row in listed)

    def test_a_typed_history_is_served_by_its_taste(self, executed):
        typed, listed = table(executed, "typed"), table(executed, "served")
        assert column(listed, "") == RANKS
        assert not set(column(listed, "item_id")) & set(column(typed, ""))
        food = re.compile("Cooking|Baking|Food|Kitchen|Pantry")
        assert sum(bool(food.search(row["category"])) for row in listed) > len(listed) / 2
        assert {title for row in listed for title in cited(row)} <= set(column(typed, "title"))

    def test_the_score_falls_without_what_the_reason_names_first(self, executed):
        named = [cited(row) for row in table(executed, "served") if cited(row)]
        lost = {row["without"]: float(row["lost"]) for row in table(executed, "without")}
        assert lost[named[0][0]] > 0, lost

    def test_a_wish_in_words_is_answered(self, executed):
        listed = table(executed, "asked")
        assert column(listed, "rank") == RANKS[:5]
        assert "The Quiet Carriage" in column(listed, "title")
        assert all(float(row["price"]) < 20 and row["item_id"] != "bk-022" for row in listed)
        assert any("“quiet”" in reason for reason in column(listed, "reason"))

    def test_a_chinese_wish_is_answered_in_chinese(self, executed):
        first, *_ = table(executed, "asked-zh")
        assert first["title"] == "零基础学编程:从记账本开始"
        assert first["reason"].startswith("提到了")

    def test_what_is_similar_is_cheaper(self, executed):
        listed = table(executed, "similar")
        assert all(row["item_id"].startswith("tr-") for row in listed[:2])
        assert len({row["price"] for row in listed}) > 1

    def test_it_leaves_other_results_alone_and_tracks_each_of_its_runs(self, executed, copied):
        assert {path.name for path in (copied / "data").iterdir()} == {"01_raw", "notebook"}
        assert (copied / "data" / "notebook" / "08_reporting" / "report.html").is_file()
        with sqlite3.connect(copied / "mlflow.db") as database:
            runs = database.execute("SELECT status FROM runs").fetchall()
        assert runs == [("FINISHED",)] * 2
