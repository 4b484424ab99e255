import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner

from tesserec.costs import Cost, add_cost
from tesserec.pipeline_registry import register_pipelines
from tesserec.pipelines.reporting import create_pipeline
from tesserec.pipelines.reporting.options import ReportingOptions
from tesserec.pipelines.token_encoding.options import TokenEncodingOptions
from tesserec.recommenders import Fusion
from tesserec.recommenders.support import Support

from ...recommenders.blends import blends_of

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
        "pair_metrics": {
            "pairs": "Every rating.", "threshold_rule": "The highest F1.",
            "groups": {"all": {"pairs": 9, "people": 3}},
            "predictors": {"pair_predictor": {"all": {"auc": {"value": 0.75}}}},
        },
        "pair_curves": pd.DataFrame(
            [("pair_predictor", curve, x, x, 0, 1, 9) for curve in ("calibration", "roc") for x in (0, 1)],
            columns=["predictor", "curve", "x", "y", "low", "high", "pairs"],
        ),
        "fusion_weights": pd.DataFrame(
            [("popularity", 0.2, 1.0, False), ("text_kernel", 0.8, 0.0, True)],
            columns=["recommender", "weight", "weight_without_history", "reads_text"],
        ),
        "protocol": {"protocol_hash": "p1", "data_hash": "d1", "candidates": {"listed": 0, "rule": "all"},
                     "counts": {"events": 120, "users": 40, "items": 6}},
        "recommender": Fusion(
            {}, blends_of({"popularity": 1.0}), Support(np.zeros((6, 3), dtype=np.float32), longest=3)),
        "column_roles": {"users": {}},
        "data_quality": {
            "tables": {"texts": {"rows_read": 2, "rows_kept": 1, "dropped": [
                {"reason": "empty", "count": 1, "examples": [PRIVATE]}]}}
        },
        "token_statistics": {
            "encoder": {"encoder": "lexical", "model": "tiny", "revision": None}, "this_run": {"texts": 7}},
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
        "ablation": pd.DataFrame(),
        "text_value": pd.DataFrame(),
        "leakage_checks": [{"stage": "testing", "check": "histories", "compared": "all", "looked_at": 3}],
        "reranking_steps": {"diverse": "unlikeness counts"},
        "faithfulness": {"people": 0, "deletable": None},
        "descriptions": pd.DataFrame({"user_id": users, "description": "it fits"}),
        "stage_costs": add_cost({}, "token_encoding.encode_texts", "token_encoding", "r1",
                                Cost("2026-01-01T00:00:00+00:00", 12.5, 20.0, 1.5)),
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


def test_every_output_is_kept_in_the_reporting_layer_and_the_card_beside_the_model():
    entries = configuration("out")["catalog"]
    assert entries["model_card"]["filepath"] == "out/06_models/model_card.md"
    assert entries["recommender"]["filepath"] == "out/06_models/recommender"
    for node in create_pipeline().nodes:
        for name in set(node.outputs) - {"model_card"}:
            assert entries[name]["metadata"]["kedro-viz"]["layer"] == "08_reporting"
            if name not in {"results", "fusion_bench"} and not name.endswith("_section"):
                assert entries[name]["filepath"].startswith("out/08_reporting/")


def test_metrics_are_for_machines(folder):
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["protocol_hash"] == "p1"
    assert metrics["recommenders"]["fusion"]["ndcg@10"]["value"] == pytest.approx(0.6)
    assert metrics["pairs"]["pair_predictor"]["auc"]["value"] == 0.75


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
        "calibration",
        "comparison",
        "cost",
        "cutoff",
        "history",
        "popularity",
        "roc",
        "slice",
        "topic_map",
        "weights",
        "word_match",
    )
    assert figures == [f"{name}_figure" for name in names]
    for figure in figures:
        assert json.loads((folder / f"{figure}.json").read_text())["data"]


def test_the_figure_of_costs_says_how_many_texts_were_read(folder):
    (bars,) = json.loads((folder / "cost_figure.json").read_text())["data"]
    assert (bars["y"], bars["text"]) == (["token encoding<br>7 new texts"], ["12.5 s, 1.50 GiB"])


def test_the_card_is_written_from_the_same_tables(folder):
    card = (folder.parent / "06_models" / "model_card.md").read_text(encoding="utf-8")
    assert "| token encoding | 12.5 | 20.0 | 1.50 |" in card
    assert (
        "| NDCG@10 | 0.6000 (0.5500 to 0.6500) | 0.1000 (0.0500 to 0.1500) | 0.3000 (0.2500 to 0.3500) |"
        in card
    )
    assert PRIVATE not in card


def test_what_shows_costs_comes_after_what_takes_long():
    """The order of nodes decides what is measured before it is shown."""
    names = [node.name for node in register_pipelines()["__default__"].nodes]
    shown = min(names.index(f"reporting.{name}") for name in ("draw_costs", "write_model_card"))
    assert {name.partition(".")[0] for name in names[shown:]} == {"reporting"}


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
