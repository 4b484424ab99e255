"""Wire the reporting pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec import report
from tesserec.pipelines.reporting import matches, model_card, nodes, pairs, sections

OPTIONS = "params:reporting"
ENCODING = "params:token_encoding"
# The questions that the report answers, in its order.
SECTIONS = (
    "quality_section",
    "baseline_section",
    "text_section",
    "trust_section",
    "examples_section",
    "cost_section",
    "reproduction_section",
)
JUDGED_PAIRS = ("pair_metrics", "calibration_figure", "roc_figure")
QUALITY_INPUTS = ("results", "recommendations", "items", "protocol", *JUDGED_PAIRS)
ABOUT_PEOPLE = ("interactions", "items", "user_profiles")
EXAMPLE_INPUTS = ("recommendations", "evidence", *ABOUT_PEOPLE, "item_texts@table", "word_matches")
# Nobody makes the dataset `stage_costs`: it grows while nodes run. What shows it waits for what is made last.
LAST_RESULTS = ("comparison", "faithfulness", "descriptions")
CARD_INPUTS = (
    "recommender",
    "results",
    "protocol",
    "data_quality",
    "token_statistics",
    "column_roles",
    "items",
    "interactions",
    "faithfulness",
    "stage_costs",
    "slices",
    "fusion_bench",
    "pair_metrics",
    "leakage_checks",
)


def create_pipeline() -> Pipeline:
    """Return the pipeline from results to metrics, figures and the report."""
    return Pipeline(
        [*_measuring(), *_gathering(), *_drawing(), *_telling(), *_publishing()],
        namespace="reporting",
        parameters={OPTIONS, ENCODING},
        prefix_datasets_with_namespace=False,
    )


def same(*names: str, **others: str) -> dict[str, str]:
    """Return the inputs of a node whose arguments are called like datasets, but for a few others."""
    return dict(zip(names, names, strict=True)) | others


def _measuring() -> list[Node]:
    """Return what is computed from results."""
    return [
        Node(
            nodes.summarise_metrics,
            ["comparison", "pair_metrics", "protocol"],
            "metrics",
            name="summarise_metrics",
        ),
        Node(
            nodes.measure_differences,
            ["user_metrics", OPTIONS],
            "differences",
            name="measure_differences",
        ),
        Node(
            matches.match_item_words,
            ["recommendations", "evidence", "interactions", "item_texts@table", ENCODING, OPTIONS],
            "word_matches",
            name="match_item_words",
        ),
    ]


def _gathering() -> list[Node]:
    """Return what brings tables together for several sections."""
    return [
        Node(
            sections.gather_results,
            ["comparison", "differences", "fusion_weights", OPTIONS],
            "results",
            name="gather_results",
        ),
        Node(
            sections.gather_bench,
            ["protocol", "ablation", "text_value"],
            "fusion_bench",
            name="gather_bench",
        ),
    ]


def _drawing() -> list[Node]:
    """Return the figures of the report and of Kedro-Viz."""
    return [
        Node(nodes.draw_comparison, ["comparison", OPTIONS], "comparison_figure", name="draw_comparison"),
        Node(nodes.draw_cutoffs, ["comparison", OPTIONS], "cutoff_figure", name="draw_cutoffs"),
        Node(
            nodes.draw_history,
            ["user_metrics", "split_interactions", OPTIONS],
            "history_figure",
            name="draw_history",
        ),
        Node(nodes.draw_slices, ["slices", "comparison", OPTIONS], "slice_figure", name="draw_slices"),
        Node(nodes.draw_weights, "fusion_weights", "weights_figure", name="draw_weights"),
        Node(pairs.draw_calibration, "pair_curves", "calibration_figure", name="draw_calibration"),
        Node(pairs.draw_roc, ["pair_curves", "pair_metrics"], "roc_figure", name="draw_roc"),
        Node(nodes.draw_popularity, "interactions", "popularity_figure", name="draw_popularity"),
        Node(nodes.draw_activity, "interactions", "activity_figure", name="draw_activity"),
        Node(
            nodes.draw_costs,
            ["stage_costs", "token_statistics", *LAST_RESULTS],
            "cost_figure",
            name="draw_costs",
        ),
        Node(
            nodes.draw_topic_map,
            ["item_map", "item_cards", "items"],
            "topic_map_figure",
            name="draw_topic_map",
        ),
        Node(
            matches.draw_word_matches,
            ["word_matches", "items"],
            "word_match_figure",
            name="draw_word_matches",
        ),
    ]


def _telling() -> list[Node]:
    """Return the sections of the report."""
    return [
        Node(
            sections.tell_quality,
            [*QUALITY_INPUTS],
            "quality_section",
            name="tell_quality",
        ),
        Node(
            report.baseline_section,
            same("results", "cutoff_figure", "history_figure", "slice_figure", reranking="reranking_steps"),
            "baseline_section",
            name="tell_baselines",
        ),
        Node(
            report.text_section,
            same("results", "topic_map_figure", "weights_figure", bench="fusion_bench"),
            "text_section",
            name="tell_text",
        ),
        Node(
            report.trust_section,
            same(
                *("results", "protocol", "data_quality", "faithfulness", "leakage_checks"),
                *("popularity_figure", "activity_figure"),
                bench="fusion_bench",
            ),
            "trust_section",
            name="tell_trust",
        ),
        Node(
            sections.show_examples,
            [*EXAMPLE_INPUTS, OPTIONS],
            "examples_section",
            name="show_examples",
        ),
        Node(
            report.cost_section,
            same("token_statistics", "stage_costs", "cost_figure"),
            "cost_section",
            name="tell_cost",
        ),
        Node(
            sections.tell_reproduction,
            ["protocol", OPTIONS],
            "reproduction_section",
            name="tell_reproduction",
        ),
    ]


def _publishing() -> list[Node]:
    """Return the page that the sections make, and the card that goes with the model."""
    of_model = same(*CARD_INPUTS, item_texts="item_texts@table", options=OPTIONS)
    return [
        Node(sections.write_report, [OPTIONS, *SECTIONS], "report", name="write_report"),
        Node(model_card.write_model_card, of_model, "model_card", name="write_model_card"),
    ]
