"""Notebooks run as a newcomer runs them: from top to bottom, after one run of the project."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
import yaml
from ipykernel.kernelspec import write_kernel_spec
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = Path("data", "01_raw", "sample")
# What spares time: few recommenders, and one text of each person.
RECOMMENDERS = ("popularity", "item_knn", "text_kernel", "own_texts", "demographics")
# Planted: items without a price.
PRICELESS = 7

Facts = dict[str, Any]
# What is asked of each notebook after its last cell.
ASKED = {
    "explore_the_data": {
        "read": "rows['rows_read'].to_dict()",
        "priceless": "missing['items', 'price']",
        "unheard": "sorted(unheard['user_id'])",
        "events": "events['events'].to_dict()",
        "split": "split['events'].to_dict()",
        "languages": "languages['items'].to_dict()",
        "longest": "int(lengths['items'].max())",
    },
    "tokens_and_embeddings": {
        "item": "item_id",
        "tokens": "tokens",
        "counted": "int(windows.tokens.sum())",
        "statistics": "int(statistics.loc['tokens', 'item_texts'])",
        "unknown": "counts['unknown'].to_dict()",
        "nearest": "nearest.to_dict()",
        "parts": "cosine",
    },
    "compare_models": {
        "ranked": "table[metric].to_dict()",
        "leads": "differences.set_index('recommender')['value'].to_dict()",
        "auc": "overall['pair_predictor']['auc']['value']",
        "gap": "runs['difference'].iloc[1]",
        "names": "runs['run'].tolist()",
    },
    "understand_one_user": {
        "user": "user_id",
        "history": "likes",
        "listed": "listed['item_id'].tolist()",
        "written": "len(written)",
        "removed": "removed",
        "carried": "carried.iloc[0]",
        "lost": "change['lost'].to_dict()",
        "liked": "liked",
        "more": "more.index.tolist()",
        "similar": "similar.index.tolist()",
        "shared": "shared['sum'].reindex(similar.index, fill_value=0).tolist()",
    },
}


def copy_project(folder: Path, tracking_database: Path) -> None:
    """Lay out the project again, so that the run finds nothing and leaves nothing behind."""
    for name in ("conf", "src", "notebooks", SAMPLE):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("local", "__pycache__"))
    for file in (PROJECT / "pyproject.toml", PROJECT / ".telemetry", tracking_database):
        shutil.copy(file, folder)
    (folder / "conf" / "local").mkdir()
    training = folder / "conf" / "base" / "parameters" / "model_training.yml"
    values = yaml.safe_load(training.read_text(encoding="utf-8"))
    known = values["model_training"]["recommenders"]
    values["model_training"]["recommenders"] = {name: known[name] for name in RECOMMENDERS}
    training.write_text(yaml.safe_dump(values), encoding="utf-8")


def change_table(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


def without_prices(items: pd.DataFrame) -> pd.DataFrame:
    return items.assign(price=items["price"].where(items.index >= PRICELESS, ""))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, tracking_database: Path) -> Path:
    """A copy of the project after a run."""
    folder = tmp_path_factory.mktemp("project")
    copy_project(folder, tracking_database)
    change_table(folder / SAMPLE / "texts.csv", lambda texts: texts.drop_duplicates("user_id"))
    change_table(folder / SAMPLE / "items.csv", without_prices)
    command = [sys.executable, "-m", "kedro", "run"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def other(finished: Path) -> Path:
    """Planted: the results of a run whose fusion is the popularity of the finished one, and the reverse."""
    folder = finished / "other"
    results = folder / "08_reporting"
    shutil.copytree(finished / "data" / "08_reporting", results)
    swap = {"fusion": "popularity", "popularity": "fusion"}
    metrics = json.loads((results / "metrics.json").read_text())
    metrics["recommenders"] |= {new: metrics["recommenders"][old] for old, new in swap.items()}
    (results / "metrics.json").write_text(json.dumps(metrics))
    people = pd.read_parquet(results / "user_metrics.parquet")
    people = people.assign(recommender=people["recommender"].replace(swap))
    people.to_parquet(results / "user_metrics.parquet")
    return folder


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a kernel that is this very interpreter."""
    name, folder = "tesserec-test", tmp_path_factory.mktemp("jupyter")
    write_kernel_spec(folder / "kernels" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        yield name


@pytest.fixture(scope="module")
def told(finished: Path, other: Path, kernel: str) -> dict[str, Facts]:
    """Execute the notebooks, two at once, and return what was asked of each."""

    def execute(name: str) -> Facts:
        folder = finished / "notebooks"
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = f"other_folder = {str(other)!r}"
        notebook.cells.append(new_code_cell(write_down(ASKED[name], folder / f"{name}.json")))
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=300, kernel_name=kernel, resources=resources).execute()
        assert said_on_the_side(notebook) == ""
        return json.loads((folder / f"{name}.json").read_text())

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(ASKED, pool.map(execute, ASKED), strict=True))


def write_down(asked: dict[str, str], path: Path) -> str:
    """Return code that writes the values of expressions into a file."""
    values = ", ".join(f"{fact!r}: {expression}" for fact, expression in asked.items())
    written = f"json.dumps({{{values}}}, default=lambda one: one.tolist())"
    return f"import json, pathlib\npathlib.Path({str(path)!r}).write_text({written})"


def said_on_the_side(notebook: NotebookNode) -> str:
    """Return what cells wrote beside their results: log lines, warnings, progress."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    streams = [output["text"] for output in outputs if output["output_type"] == "stream"]
    shown = [output["data"].get("text/plain", "") for output in outputs if "data" in output]
    return "".join([*streams, *(text for text in shown if re.search("INFO|WARNING", text))])


def raw(finished: Path, name: str) -> list[dict[str, str]]:
    with (finished / SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def when(event: dict[str, str]) -> float:
    return float(event["timestamp"])


class TestExploreTheData:
    @pytest.fixture
    def facts(self, told: dict[str, Facts]) -> Facts:
        return told["explore_the_data"]

    def test_every_row_of_every_table_was_read(self, facts, finished):
        names = ("items", "interactions", "users", "texts", "relations")
        assert {name: facts["read"][name] for name in names} == {
            name: len(raw(finished, name)) for name in names
        }

    def test_what_is_missing_is_found(self, facts, finished):
        assert facts["priceless"] == pytest.approx(PRICELESS / len(raw(finished, "items")))
        users, active = (
            {row["user_id"] for row in raw(finished, name)} for name in ("users", "interactions")
        )
        assert facts["unheard"] == sorted(users - active) != []

    def test_events_are_counted_by_kind_and_split(self, facts, finished):
        kinds = pd.DataFrame(raw(finished, "interactions"))["event"].value_counts()
        assert facts["events"] == kinds.to_dict()
        assert set(facts["split"]) == {"train", "valid", "test"}
        assert sum(facts["split"].values()) == kinds.sum()

    def test_texts_are_counted_by_language(self, facts, finished):
        chinese = [row for row in raw(finished, "items") if re.search("[\u4e00-\u9fff]", row["title"])]
        assert facts["languages"]["zh"] == len(chinese)
        assert facts["languages"]["en"] == len(raw(finished, "items")) - len(chinese)
        texts = pd.read_parquet(finished / "data/03_primary/item_texts.parquet")
        assert facts["longest"] == max(len(text.split()) for text in texts["lexical"])


class TestTokensAndEmbeddings:
    @pytest.fixture
    def facts(self, told: dict[str, Facts]) -> Facts:
        return told["tokens_and_embeddings"]

    def test_tokens_are_those_of_an_english_vocabulary(self, facts):
        assert facts["tokens"][:4] == ["[CLS]", "fern", "##we", "##h"]
        assert facts["tokens"][-1] == "[SEP]"
        assert facts["unknown"]["zh"] > facts["unknown"]["en"] == 0

    def test_the_windows_hold_what_the_run_counted(self, facts):
        assert facts["counted"] == facts["statistics"] > 0

    def test_the_nearest_items_are_those_of_the_stored_vectors(self, facts, finished):
        (path,) = (finished / "data/04_feature/item_embeddings").glob("part-*.arrow")
        stored = pd.read_feather(path).set_index("id")["vector"]
        own = stored.pop(facts["item"])
        cosines = stored.map(lambda vector: vector @ own / np.linalg.norm(vector) / np.linalg.norm(own))
        assert list(facts["nearest"]) == cosines.nlargest(8).index.tolist()
        assert list(facts["nearest"].values()) == pytest.approx(cosines.nlargest(8).tolist(), abs=1e-5)

    def test_the_words_of_two_texts_make_up_their_cosine(self, facts):
        assert facts["parts"] == pytest.approx(max(facts["nearest"].values()), abs=0.02)  # rounded to bf16


class TestCompareModels:
    @pytest.fixture
    def facts(self, told: dict[str, Facts]) -> Facts:
        return told["compare_models"]

    @pytest.fixture
    def measured(self, finished: Path) -> pd.Series:
        """NDCG@10 of each recommender, the mean over people."""
        people = pd.read_parquet(finished / "data/08_reporting/user_metrics.parquet")
        return people.groupby("recommender")["ndcg@10"].mean()

    def test_recommenders_stand_in_the_order_of_what_people_got(self, facts, measured):
        ordered = measured.sort_values(ascending=False)
        assert list(facts["ranked"]) == ordered.index.tolist()
        assert list(facts["ranked"].values()) == pytest.approx(ordered.tolist())

    def test_the_fusion_leads_popularity_by_the_difference_of_the_means(self, facts, measured):
        assert facts["leads"]["popularity"] == pytest.approx(measured["fusion"] - measured["popularity"])
        assert facts["leads"]["popularity"] > 0

    def test_another_run_is_compared_with_this_one(self, facts, measured):
        assert facts["names"] == ["this run", "other run"]
        assert facts["gap"] == pytest.approx(measured["popularity"] - measured["fusion"])

    def test_predictions_are_those_of_the_report(self, facts, finished):
        metrics = json.loads((finished / "data/08_reporting/metrics.json").read_text())
        assert facts["auc"] == metrics["pairs"]["pair_predictor"]["auc"]["value"]


class TestUnderstandOneUser:
    @pytest.fixture
    def facts(self, told: dict[str, Facts]) -> Facts:
        return told["understand_one_user"]

    def test_the_history_is_that_of_the_raw_table(self, facts, finished):
        own = [row for row in raw(finished, "interactions") if row["user_id"] == facts["user"]]
        last = {row["item_id"]: when(row) for row in sorted(own, key=when)}
        assert facts["history"] == sorted(last, key=last.__getitem__)
        assert facts["written"] == sum(row["user_id"] == facts["user"] for row in raw(finished, "texts"))
        assert len(facts["listed"]) == 10
        assert not set(facts["listed"]) & set(last)

    def test_it_is_the_person_in_the_middle(self, facts, finished):
        known = pd.DataFrame(raw(finished, "interactions")).groupby("user_id")["item_id"].nunique()
        assert len(facts["history"]) == sorted(known)[(len(known) - 1) // 2]

    def test_what_rests_on_the_item_that_carries_most_falls_without_it(self, facts, finished):
        evidence = pd.read_parquet(finished / "data/07_model_output/evidence.parquet")
        own = evidence[(evidence["user_id"] == facts["user"]) & (evidence["kind"] == "item")]
        shares = own.groupby("cited")["share"].sum()
        assert (facts["removed"], facts["carried"]) == (shares.idxmax(), pytest.approx(shares.max()))
        strongest = own[own["cited"] == facts["removed"]].groupby("item_id")["share"].sum().idxmax()
        assert facts["lost"][strongest] > 0

    def test_what_is_liked_leaves_the_list(self, facts):
        assert facts["liked"] == facts["listed"][0]
        assert not {facts["liked"], *facts["history"]} & set(facts["more"])

    def test_shared_items_are_those_in_both_histories(self, facts, finished):
        table = pd.DataFrame(raw(finished, "interactions"))
        for person, count in zip(facts["similar"], facts["shared"], strict=True):
            theirs = set(table.loc[table["user_id"] == person, "item_id"])
            assert count == len(theirs & set(facts["history"])), person
        assert facts["user"] not in facts["similar"]
        assert sum(facts["shared"]) > 0
