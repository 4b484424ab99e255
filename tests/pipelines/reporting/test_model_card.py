"""The card of a recommender that was fitted on the tiny market."""

import re
import subprocess
import sys

import pandas as pd
import pytest

from tesserec.costs import Cost, add_cost
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.pipelines.feature_fusion.pipeline import INPUTS
from tesserec.pipelines.recommendation.nodes import fit_recommender, recommend_items
from tesserec.pipelines.reporting.model_card import write_model_card
from tesserec.pipelines.reporting.sections import gather_results
from tesserec.report import FusionBench
from tesserec.state import save_state

from ...recommenders.blends import blends_of
from ..market import few_recommenders, market, options

LENGTH = 10


@pytest.fixture(scope="module")
def fitted():
    tables = market()
    data = training_data_builder("serving")(*(tables[name] for name in INPUTS), options("feature_fusion"))
    weights = {"popularity": 1.0, "sequence": 1.0, "similar_people": 0.5}
    return fit_recommender(data, blends_of(weights, {"popularity": 1.0}), few_recommenders()), data


@pytest.fixture(scope="module")
def folder(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp('out "put"')
    recommender, data = fitted
    save_state(recommender, folder / "06_models" / "recommender")
    save_state(data, folder / "05_model_input" / "serving_data")
    return folder


@pytest.fixture(scope="module")
def card(fitted, folder):
    return write(fitted[0], folder)


def write(recommender, folder, **changed) -> str:
    tables = market()
    comparison = pd.DataFrame(
        [("fusion", "ndcg@10", 0.4321, 0.4, 0.5, 40), ("popularity", "ndcg@10", 0.1234, 0.1, 0.2, 40)],
        columns=["recommender", "metric", "value", "low", "high", "users"],
    )
    differences = pd.DataFrame(columns=["recommender", "value", "low", "high", "p_value", "p_holm"])
    weights = pd.DataFrame({"recommender": ["sequence"], "weight": [0.625], "weight_without_history": [0.0]})
    slices = pd.DataFrame(
        columns=["recommender", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"]
    )
    measured = {
        "slices": slices,
        "fusion_bench": FusionBench.under("", pd.DataFrame(), pd.DataFrame()),
        "pair_metrics": {},
        "leakage_checks": [],
    }
    return write_model_card(
        recommender,
        results=gather_results(comparison, differences, weights, options("reporting")),
        protocol=tables["protocol"],
        data_quality={"tables": {}},
        token_statistics={
            "encoder": {"encoder": "lexical", "model": "TF-IDF", "revision": None},
            "this_run": {"texts": 0},
        },
        column_roles=tables["column_roles"],
        item_texts=tables["item_texts@table"],
        items=tables["items"],
        interactions=tables["split_interactions"],
        faithfulness={"people": 0},
        stage_costs=add_cost({}, "evaluation.judge", "evaluation", "r1", Cost("2026-01-01", 7.5, 9.0, 1.5)),
        options=options("reporting", data_dir="in", output_dir=str(folder)),
        **measured | changed,
    )


def test_the_model_is_described_as_it_is(card):
    assert "a fusion of 3 recommenders" in card
    assert "| sequence | LinearSequence | 62.5\u202f% | 0.0\u202f% |" in card
    assert "similar\\_people of 40. It is as private" in card
    assert "Items by language: en 20." in card
    assert "trade (category)" in card
    assert "| evaluation | 7.5 | 9.0 | 1.50 | 2026-01-01 |" in card
    assert "| NDCG@10 | 0.4321 (0.4000 to 0.5000) | 0.1234 (0.1000 to 0.2000) |" in card


def test_measurements_find_their_place(fitted, folder):
    estimate = {"value": 0.875, "low": 0.75, "high": 0.9}
    pairs = {
        "pairs": "All.",
        "threshold_rule": "F1.",
        "groups": {"all": {"pairs": 9, "people": 3}},
        "predictors": {"pair_predictor": {"all": {"auc": estimate}}},
    }
    card = write(fitted[0], folder, pair_metrics=pairs, leakage_checks=[{}, {}])
    assert "| Pair predictor | 0.8750 (0.7500 to 0.9000) |" in card
    assert "2 checks of histories" in card


def test_the_program_in_the_card_gives_the_list_of_the_run(card, fitted):
    (program,) = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    tables = market()
    lists, _ = recommend_items(
        *fitted,
        tables["candidates"],
        tables["exclusions"],
        tables["items"],
        tables["column_roles"],
        tables["item_cards"],
        tables["user_texts@table"],
        tables["user_text_embeddings"],
        options("recommendation", list_length=LENGTH),
    )
    first = lists[lists["user_id"] == fitted[1].profiles.user_ids[0]].sort_values("rank")
    assert re.findall(r"'(\w+)'", done.stdout) == first["item_id"].tolist()
    assert len(first) == LENGTH
