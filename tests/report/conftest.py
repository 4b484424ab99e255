import pandas as pd
import pytest

from tesserec import report
from tesserec.plots import comparison_figure
from tesserec.report import (
    Example,
    FusionBench,
    Likeness,
    Offer,
    Piece,
    Results,
    Suggestion,
)
from tesserec.report.cards import NOBODY, Interest, ProfileCard

NAN = float("nan")


def comparison_of(values, metrics=("ndcg@10", "hit_rate@10", "recall@10", "coverage@10", "novelty@10")):
    rows = []
    for name, value in values.items():
        for place, metric in enumerate(metrics):
            half = NAN if metric.startswith("coverage") else 0.004
            shown = value * (1 + place)
            rows.append((name, metric, shown, shown - half, shown + half, 5000))
    return pd.DataFrame(rows, columns=["recommender", "metric", "value", "low", "high", "users"])


LIKENESS = Likeness(
    cited="红楼梦",
    share=0.375,
    language="en",
    pieces=[Piece("A <b>day</b> of "), Piece("Odysseus & Son", 'the "old" <man>', 0.5), Piece(" in Dublin.")],
    strongest=[("odysseus", 'the "old" <man>'), ("day", "night")],
)


def bench_tables(text_helps=True):
    """The bench, in which the text beats its controls, or not all of them."""
    kinds = {"full": "full", "no text": "control", "shuffled text": "control", "without numbers": "block"}
    differences = (NAN, 0.02 if text_helps else 0.001, 0.015, -0.001)
    ablation = pd.DataFrame({
        "arm": kinds.keys(), "kind": kinds.values(), "metric": "ndcg@10", "users": 4000, "value": 0.0875,
        "difference": differences, "difference_low": [each - 0.005 for each in differences],
        "difference_high": [each + 0.005 for each in differences],
        "p_holm": [NAN, 0.0005 if text_helps else 0.625, 0.0005, 0.5], "protocol_hash": "9a0b1",
    })  # fmt: skip
    text_value = pd.DataFrame(
        [("no text", "items", "cold <items>", 30, 40, "ndcg@10", 0.05, 0.01, 0.09)],
        columns=["control", "slicing", "slice", "users", "targets", "metric", "value", "low", "high"],
    )
    return ablation, text_value


@pytest.fixture(scope="session")
def results():
    return Results(
        comparison=comparison_of({"popularity": 0.02, "fusion": 0.08, "ease": 0.06, "text_kernel": 0.05}),
        differences=pd.DataFrame(
            [
                ("popularity", 0.06, 0.055, 0.065, 0.000999),
                ("ease", 0.02, 0.015, 0.025, 0.000999),
                ("text_kernel", 0.03, 0.025, 0.035, 0.000999),
            ],
            columns=["recommender", "value", "low", "high", "p_holm"],
        ),
        fusion_weights=pd.DataFrame(
            {"recommender": ["ease", "text_kernel", "popularity"], "weight": [0.7, 0.3, 0.0]}
        ),
        metric="ndcg@10",
        fused="fusion",
        baseline="popularity",
        text_recommenders=["text_kernel", "text_match"],
    )


@pytest.fixture(scope="session")
def parts(results):
    """Everything that the report needs but the results."""
    names = (
        *("cutoff", "weights", "popularity", "activity", "history", "topic_map"),
        *("slice", "calibration", "roc", "cost"),
    )
    figure = comparison_figure(results.comparison, "ndcg@10")
    return {
        "title": "A report",
        "offer": Offer(people=5000, catalogue=1200, items_shown=400, length=10),
        "protocol": {
            "split": {"requested": "auto", "method": "leave_last_out"},
            "counts": {"users": 5000, "targets": {"test": {"pairs": 5000}}},
            "seen": "Items of a user's history are left out.",
            "data_hash": "d4a7a",
            "protocol_hash": "9a0b1",
        },
        "data_quality": {
            "tables": {
                "items": {
                    "rows_read": 1210,
                    "rows_kept": 1200,
                    "dropped": [{"reason": "the row is there twice", "count": 10, "examples": ["B07 <b>"]}],
                    "coerced": [
                        {
                            "column": "year",
                            "reason": "outside 1800 to 2100",
                            "count": 2,
                            "examples": [1, 9999],
                        }
                    ],
                    "filled": [],
                    "noticed": [],
                },
                "texts": {
                    "rows_read": 7,
                    "rows_kept": 6,
                    "dropped": [{"reason": "no text", "count": 1, "examples": ["my private words"]}],
                    "coerced": [],
                    "filled": [],
                },
            }
        },
        "token_statistics": {"encoder": {"model": "a-model"}, "item_texts": {"texts": 1200, "seconds": 3.25}},
        "examples": [
            Example("u0", 0, NOBODY, [], [Suggestion(1, "三体", "popular", {"popularity": 1.0})]),
            Example(
                "u<1>",
                12,
                ProfileCard(
                    [Interest("music, <b>songs</b>", 0.625, "rising"), Interest("茶, 水", 0.25, "")],
                    [("books & films", 0.875)],
                    ["古琴", "pour-over & tea"],
                    3,
                    0.75,
                    [],
                    [],
                    [],
                ),
                ['Salt & Stone <i>"2"</i>', "红楼梦"],
                [
                    Suggestion(
                        1,
                        "</script><script>alert(1)</script>",
                        "because of 红楼梦",
                        {"content": 0.7, "words": 0.3},
                        Likeness("Salt & <Stone>", 0.25, "", [Piece("A plain text")], []),
                    ),
                    Suggestion(2, "Ulysses", "", {}, LIKENESS),
                ],
            ),
        ],
        "private": False,
        "reranking": {},
        "faithfulness": {
            "people": 480,
            "deletable": 0.7,
            "score": 4.2,
            "fall_cited": 0.75,
            "fall_other": -0.05,
            "ratio": 6.24,
            "ratio_low": 5.1,
            "ratio_high": 7.44,
            "mattered_more": 0.96,
        },
        "leakage_checks": [
            {
                "stage": "testing",
                "check": "late <texts>",
                "compared": "a & b",
                "looked_at": 1234,
                "passed": True,
            }
        ],
        "pair_metrics": {
            "pairs": "Every rating.",
            "threshold_rule": "The highest F1 before.",
            "groups": {"all": {"pairs": 4321, "people": 900, "likes": 3000}},
            "predictors": {
                "pair_predictor": {
                    "all": {
                        "rmse": {"value": 0.8125, "low": 0.75, "high": 0.875},
                        "auc": {"value": 0.7, "low": None, "high": None},
                    }
                },
                "global_mean": {
                    "all": {"rmse": {"value": 1.25, "low": 1.1, "high": 1.4}, "auc": {"value": None}}
                },
            },
        },
        "bench": FusionBench(*bench_tables()),
        "stage_costs": {
            "pipelines": {
                "token_encoding": {
                    "seconds": 61.25,
                    "processor_seconds": 118.5,
                    "peak_gib": 1.375,
                    "nodes": 2,
                }
            }
        },
        "figures": {f"{name}_figure": figure for name in names},
        "command": "kedro run",
        "versions": {"tesserec": "0.1.0"},
    }


def whole_page(results, parts):
    """The report with all its sections."""

    def figures(*names):
        return {f"{name}_figure": parts["figures"][f"{name}_figure"] for name in names}

    protocol, quality = parts["protocol"], parts["data_quality"]
    table, bench = report.PairTable.of(parts["pair_metrics"]), parts["bench"]
    checked = (parts["faithfulness"], parts["leakage_checks"], bench)
    sections = [
        report.quality_section(results, parts["offer"], table, **figures("calibration", "roc")),
        report.baseline_section(results, parts["reranking"], **figures("cutoff", "history", "slice")),
        report.text_section(results, bench, **figures("topic_map", "weights")),
        report.trust_section(results, protocol, quality, *checked, **figures("popularity", "activity")),
        report.examples_section(parts["examples"], private=parts["private"]),
        report.cost_section(parts["token_statistics"], parts["stage_costs"], **figures("cost")),
        report.reproduction_section(protocol, parts["command"], parts["versions"]),
    ]
    return report.build_report(parts["title"], sections)


@pytest.fixture(scope="session")
def page(results, parts):
    return whole_page(results, parts)
