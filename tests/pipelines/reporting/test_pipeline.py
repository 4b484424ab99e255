import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner

from tesserec.pipelines.reporting import create_pipeline
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions

CONF = Path(__file__).parents[3] / "conf"
PRIVATE = "words that nobody else should read"


def configuration(output_dir):
    return OmegaConfigLoader(
        str(CONF), base_env="base", default_run_env="local", runtime_params={"output_dir": str(output_dir)}
    )


def inputs():
    generator = np.random.default_rng(0)
    users = [f"u{number}" for number in range(40)]
    titles = ["三体", "B & <b>", "C", "D", "E", "F"]
    items = pd.DataFrame({"item_id": list("abcdef"), "title": titles, "description": ""})
    skill = {"popularity": 0.1, "text_kernel": 0.3, "fusion": 0.6}
    user_metrics = pd.concat([
        pd.DataFrame({"recommender": name, "user_id": users, "ndcg@10": generator.random(40) * value})
        for name, value in skill.items()
    ])  # fmt: skip
    comparison = pd.DataFrame(
        [(name, metric, value, value - 0.05, value + 0.05, 40)
         for name, value in skill.items() for metric in ("ndcg@5", "ndcg@10", "hit_rate@10")],
        columns=["recommender", "metric", "value", "low", "high", "users"],
    )  # fmt: skip
    events = pd.DataFrame({
        "user_id": np.repeat(users, 3), "item_id": generator.choice(items["item_id"], 120), "event": "view",
        "timestamp": np.arange(120.0), "split": ["train", "valid", "test"] * 40,
    })  # fmt: skip
    return {
        "user_metrics": user_metrics,
        "comparison": comparison,
        "fusion_weights": pd.DataFrame(
            [("popularity", 0.2, 1.0), ("text_kernel", 0.8, 0.0)],
            columns=["recommender", "weight", "weight_without_history"],
        ),
        "protocol": {"protocol_hash": "p1", "data_hash": "d1", "candidates": {"listed": 0, "rule": "all"}},
        "data_quality": {
            "tables": {"texts": {"rows_read": 2, "rows_kept": 1, "dropped": [
                {"reason": "empty", "count": 1, "examples": [PRIVATE]}]}}
        },
        "token_statistics": {"encoder": {"model": "tiny"}},
        "recommendations": pd.DataFrame(
            {"user_id": users, "item_id": "a", "rank": 1, "score": 1.0, "reason": "因为"}
        ),
        "evidence": pd.DataFrame(
            {"user_id": users, "item_id": "a", "rank": 1, "source": "content", "kind": "item", "cited": "b",
             "share": 1.0, "named": True}
        ),
        "item_texts@table": pd.DataFrame(
            {"item_id": ["a", "b", "c"], "language": "en",
             "contextual": ["A <novel> about soldering.", "A soldering iron & solder.", 9 * "unread "]}
        ),
        "interactions": events.drop(columns="split"),
        "split_interactions": events,
        "items": items,
        "user_profiles": pd.DataFrame(
            {"user_id": users, "interest_names": "music, songs", "interest_weights": "0.8",
             "interest_trends": "+0.3", "topic_names": "books", "topic_weights": "1.0",
             "keywords": "tea|古琴", "texts": 2, "sentiment": 0.75, "likes": f"tea: {PRIVATE}",
             "dislikes": "", "attributes": f"city: {PRIVATE}"}
        ),
        "item_map": pd.DataFrame({"item_id": ["a"], "x": 0.5, "y": 0.5}),
        "item_cards": pd.DataFrame({"item_id": ["a"], "topic": [0], "topic_name": "music, songs"}),
        "slices": pd.DataFrame(
            [(name, "users", "new", 40, 40, "ndcg@10", value, value - 0.05, value + 0.05)
             for name, value in skill.items()],
            columns=["recommender", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"],
        ),
        "reranking_steps": {"diverse": "unlikeness counts"},
        "faithfulness": {"people": 0, "deletable": None},
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a run of the pipeline with the project's own catalog has written."""
    folder = tmp_path_factory.mktemp("output")
    loader = configuration(folder)
    pipeline = create_pipeline()
    entries = {name: entry for name, entry in loader["catalog"].items() if name in pipeline.outputs() | {
        name for node in pipeline.nodes for name in node.outputs}}  # fmt: skip
    catalog = DataCatalog.from_config(entries)
    for name, data in inputs().items():
        catalog[name] = data
    catalog["params:reporting"] = ReportingOptions(**loader["parameters"]["reporting"])
    catalog["params:token_encoding"] = TokenEncodingOptions(**loader["parameters"]["token_encoding"])
    SequentialRunner().run(pipeline, catalog)
    return folder / "08_reporting"


def test_the_pipeline_needs_what_earlier_pipelines_give():
    assert create_pipeline().inputs() == {*inputs(), "params:reporting", "params:token_encoding"}


def test_every_output_is_kept_in_the_reporting_layer():
    entries = configuration("out")["catalog"]
    for node in create_pipeline().nodes:
        for name in node.outputs:
            assert entries[name]["metadata"]["kedro-viz"]["layer"] == "reporting"
            if name != "results" and not name.endswith("_section"):
                assert entries[name]["filepath"].startswith("out/08_reporting/")


def test_metrics_are_for_machines(folder):
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["protocol_hash"] == "p1"
    assert metrics["recommenders"]["fusion"]["ndcg@10"]["value"] == pytest.approx(0.6)


def test_the_report_is_for_people(folder):
    report = (folder / "report.html").read_text(encoding="utf-8")
    for sign in (
        "三体",
        "因为",
        "B &amp; &lt;b&gt;",
        "tea, 古琴",
        "unlikeness counts",
        "p1",
        f"output_dir={folder.parent}",
    ):
        assert sign in report
    assert PRIVATE not in report


def test_figures_are_there_for_kedro_viz(folder):
    figures = sorted(path.stem for path in folder.glob("*_figure.json"))
    names = (
        "activity",
        "comparison",
        "cutoff",
        "history",
        "popularity",
        "slice",
        "topic_map",
        "weights",
        "word_match",
    )
    assert figures == [f"{name}_figure" for name in names]
    for figure in figures:
        assert json.loads((folder / f"{figure}.json").read_text())["data"]


def test_differences_are_kept(folder):
    differences = pd.read_csv(folder / "differences.csv").set_index("recommender")
    assert (differences["low"] > 0).all()
    assert differences.loc["popularity", "value"] > differences.loc["text_kernel", "value"]


def test_words_that_match_are_kept_and_marked(folder):
    matches = pd.read_parquet(folder / "word_matches.parquet")
    assert len(matches["user_id"].unique()) == 6
    first = matches.drop_duplicates("user_id")
    assert set(first[["item_id", "cited", "word", "matched"]].itertuples(index=False, name=None)) == {
        ("a", "b", "soldering", "soldering")
    }
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert ' title="like “soldering”">soldering</mark>' in report
    assert "Words like those of B &amp; &lt;b&gt;, 100" in report
    assert "A &lt;<mark" in report
