import re
import shlex
from dataclasses import replace

import pandas as pd
import pytest
from huggingface_hub import ModelCard

from tesserec.costs import Cost, add_cost
from tesserec.encoders.provenance import Provenance
from tesserec.report import FusionBench, PairTable
from tesserec.report.model_card import NOT_MEASURED, CardContents, Part, Use, build_model_card

from .conftest import bench_tables

STARTED = "2026-01-02T03:04:05+00:00"


def costs():
    found = add_cost({}, "token_encoding.encode", "token_encoding", "r1", Cost(STARTED, 1234.5, 2000.0, 3.25))
    return add_cost(
        found, "recommendation.fit_recommender", "recommendation", "r1", Cost(STARTED, 2.0, 2.0, 1.0)
    )


@pytest.fixture(scope="module")
def contents(results, parts):
    counts = {"users": 5000, "items": 1200, "events": 70123, "targets": {"test": {"pairs": 5000}}}
    return CardContents(
        results=results,
        parts=[
            Part("ease", "Ease", 0),
            Part("my|text_kernel", "ContentKernel", 0),
            Part("knn", "UserKnn", 77),
        ],
        forms={"people with a history": "weighted sum with gates", "people without": "popularity alone"},
        token_statistics={
            "encoder": {"model": "a|model", "fingerprint": "f00d", "revision": "abc123"},
            "this_run": {"texts": 4321},
        },
        provenance=Provenance("org/a-model", "apache-2.0", ("en",)),
        languages={"en": 1100, "zh": 100},
        period=("2020-01-31", "2024-12-01"),
        attributes={"home_town": "category"},
        protocol=parts["protocol"] | {"counts": counts},
        data_quality=parts["data_quality"],
        faithfulness=parts["faithfulness"],
        costs=costs(),
        slices=slices_of([]),
        bench=FusionBench.under("", pd.DataFrame(), pd.DataFrame()),
        pair_table=None,
        leakage_checks=[],
        use=Use("in put", "out", "it's 1"),
        versions={"tesserec": "0.1.0"},
    )


def slices_of(rows_: list) -> pd.DataFrame:
    table = pd.DataFrame(rows_, columns=["recommender", "metric", "slice", "users", "targets", "value"])
    return table.assign(slicing="items", low=table["value"] - 0.1, high=table["value"] + 0.1)


@pytest.fixture(scope="module")
def card(contents):
    return build_model_card(contents)


def section(card: str, title: str) -> str:
    """What stands under a heading, up to the next one."""
    return re.split(r"^#", card.split(f"# {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, without the lines under their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip() for cell in line] for line in cells if set(line[0].strip()) != {"-"}]


class TestPlantedFacts:
    def test_the_sections_are_those_of_a_model_card(self, card):
        assert re.findall(r"^## (.*)", card, flags=re.MULTILINE) == [
            "Model details",
            "Intended use",
            "Data",
            "Evaluation",
            "Ethical considerations",
            "Caveats",
            "Cost",
            "How to use it",
            "Versions",
        ]

    def test_the_hub_can_read_the_header(self, card):
        header = ModelCard(card).data
        assert header.language == ["en", "zh"]
        assert header.base_model == "org/a-model"
        measured = {result.metric_type: result.metric_value for result in header.eval_results}
        assert measured["ndcg@10"] == pytest.approx(0.08)
        assert header.eval_results[0].dataset_name == "data hash d4a7a"

    def test_the_blend_is_told_with_its_weights(self, card):
        details = section(card, "Model details")
        assert "a fusion of 3 recommenders" in details
        assert "**Blend for people without:** popularity alone." in details
        assert f"**Fitted:** {STARTED}" in details
        assert rows(details)[1:] == [
            ["ease", "Ease", "70.0\u202f%", "–"],
            [r"my\|text\_kernel", "ContentKernel", "–", "–"],
            ["knn", "UserKnn", "–", "–"],
        ]

    def test_the_encoder_is_identified(self, card):
        encoder = section(card, "Encoder of texts")
        assert ["fingerprint", "f00d"] in rows(encoder)
        assert ["revision", "abc123"] in rows(encoder)
        assert [r"a\|model"] == [value for name, value in rows(encoder) if name == "model"]
        assert "names it: apache-2.0. Languages that it names: en." in encoder

    def test_data_are_counted_and_hashed(self, card):
        data = section(card, "Data")
        assert "70,123 of 5,000 people with 1,200 items, from 2020-01-31 to 2024-12-01." in data
        assert "Items by language: en 1,100, zh 100." in data
        assert r"may use: home\_town (category)." in data
        assert "Data hash `d4a7a`" in data
        assert ["items", "1,210", "1,200"] in rows(data)

    def test_quality_stands_with_intervals_beside_the_rivals(self, card):
        table = rows(section(card, "Quality"))
        assert table[0] == ["metric", "Fusion", "Popularity", "EASE"]
        assert table[1] == [
            "NDCG@10",
            "0.0800 (0.0760 to 0.0840)",
            "0.0200 (0.0160 to 0.0240)",
            "0.0600 (0.0560 to 0.0640)",
        ]
        assert "Protocol hash `9a0b1`" in card
        assert "is beyond chance" in section(card, "Quality")

    def test_reasons_and_costs_are_as_measured(self, card):
        reasons = section(card, "Do reasons hold?")
        assert "moves 6.2 times as far" in reasons
        assert "5.1 to 7.4" in reasons
        cost = section(card, "Cost")
        assert ["token encoding", "1,234.5", "2,000.0", "3.25", STARTED] in rows(cost)
        assert "encoding read 4,321 texts" in cost

    def test_what_keeps_histories_is_named(self, card, contents):
        assert "knn of 77. It is as private" in section(card, "Ethical considerations")
        without = build_model_card(replace(contents, parts=[Part("ease", "Ease", 0)]))
        assert "keeps the history of a single person" in section(without, "Ethical considerations")

    def test_languages_that_the_encoder_does_not_name_are_a_caveat(self, card, contents):
        assert "100 items are in the language zh" in section(card, "Caveats")
        unknown = build_model_card(replace(contents, provenance=Provenance()))
        assert "items are in the language" not in unknown
        assert "names it: not known. Languages that it names: not known." in unknown
        assert "base_model" not in unknown

    def test_the_command_survives_a_shell(self, card):
        (command,) = re.findall(r"^kedro ask.*", card, flags=re.MULTILINE)
        assert shlex.split(command)[3:] == ["it's 1", "--params", "data_dir=in put,output_dir=out"]


class TestWhatWasNotMeasured:
    def test_nothing_at_all(self, contents):
        bare = replace(contents, costs={}, faithfulness={"people": 0}, period=None, attributes={})
        card = build_model_card(bare)
        assert section(card, "Cost").strip().startswith(NOT_MEASURED)
        assert section(card, "Do reasons hold?").strip() == NOT_MEASURED
        assert f"**Fitted:** {NOT_MEASURED}" in card
        assert "at unknown times" in card
        assert "No attribute of people is known" in card

    def test_a_metric_without_a_value(self, contents):
        comparison = contents.results.comparison.copy()
        lost = (comparison["recommender"] == "fusion") & (comparison["metric"] == "recall@10")
        comparison.loc[lost, ["value", "low", "high"]] = float("nan")
        card = build_model_card(replace(contents, results=replace(contents.results, comparison=comparison)))
        assert ["Recall@10", "not measured"] in [row[:2] for row in rows(section(card, "Quality"))]
        assert "recall@10" not in [result.metric_type for result in ModelCard(card).data.eval_results]


class TestMeasurements:
    def test_slices_are_shown_for_the_model_and_the_deciding_metric(self, contents):
        slices = slices_of(
            [
                ("fusion", "ndcg@10", "a|b", 12, 14, 0.25),
                ("fusion", "ndcg@10", "empty", 0, 0, float("nan")),
                ("fusion", "recall@10", "a|b", 12, 14, 0.5),
                ("ease", "ndcg@10", "a|b", 12, 14, 0.75),
            ]
        )
        card = build_model_card(replace(contents, slices=slices))
        shown = rows(section(card, "For whom and for which items does it work?"))
        assert shown[1:] == [["items", r"a\|b", "12", "14", "0.2500 (0.1500 to 0.3500)"]]

    def test_the_value_of_the_text_is_told_and_warned_of(self, contents):
        card = build_model_card(replace(contents, bench=FusionBench(*bench_tables(text_helps=False))))
        assert "The same system without any text" in section(card, "What is the text worth?")
        assert "does not beat its controls" in section(card, "Caveats")

    def test_predictions_and_checks(self, contents, parts):
        table = PairTable.of(parts["pair_metrics"])
        card = build_model_card(replace(contents, pair_table=table, leakage_checks=parts["leakage_checks"]))
        shown = rows(section(card, "How good are predicted ratings and likes?"))
        assert ["Global mean", "1.2500 (1.1000 to 1.4000)", "not measured"] in shown
        assert "1 checks" in section(card, "Did anything leak from the test data?")

    def test_what_was_not_measured_says_so(self, contents):
        card = build_model_card(contents)
        questions = ("For whom and for which items does it work?", "Did anything leak from the test data?")
        for question in questions:
            assert section(card, question).strip() == NOT_MEASURED
        assert "It was not measured" in section(card, "What is the text worth?")
