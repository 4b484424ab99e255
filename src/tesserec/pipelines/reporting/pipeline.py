"""Wire the reporting pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.reporting import matches, nodes, pairs

OPTIONS = "params:reporting"
ENCODING = "params:token_encoding"
REPORT_INPUTS = (
    "comparison",
    "differences",
    "fusion_weights",
    "protocol",
    "data_quality",
    "token_statistics",
    "recommendations",
    "evidence",
    "interactions",
    "items",
    "user_profiles",
    "word_matches",
    "reranking_steps",
    "faithfulness",
    "cutoff_figure",
    "history_figure",
    "weights_figure",
    "popularity_figure",
    "activity_figure",
    "topic_map_figure",
)


def create_pipeline() -> Pipeline:
    """Return the pipeline from results to metrics, figures and the report."""
    told = {name: name for name in REPORT_INPUTS} | {"item_texts": "item_texts@table"}
    return Pipeline(
        [
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
            Node(nodes.draw_comparison, ["comparison", OPTIONS], "comparison_figure", name="draw_comparison"),
            Node(nodes.draw_cutoffs, ["comparison", OPTIONS], "cutoff_figure", name="draw_cutoffs"),
            Node(
                nodes.draw_history,
                ["user_metrics", "split_interactions", OPTIONS],
                "history_figure",
                name="draw_history",
            ),
            Node(nodes.draw_weights, "fusion_weights", "weights_figure", name="draw_weights"),
            Node(pairs.draw_calibration, "pair_curves", "calibration_figure", name="draw_calibration"),
            Node(pairs.draw_roc, ["pair_curves", "pair_metrics"], "roc_figure", name="draw_roc"),
            Node(nodes.draw_popularity, "interactions", "popularity_figure", name="draw_popularity"),
            Node(nodes.draw_activity, "interactions", "activity_figure", name="draw_activity"),
            Node(
                nodes.draw_topic_map,
                ["item_map", "item_cards", "items"],
                "topic_map_figure",
                name="draw_topic_map",
            ),
            Node(
                matches.match_item_words,
                ["recommendations", "evidence", "interactions", "item_texts@table", ENCODING, OPTIONS],
                "word_matches",
                name="match_item_words",
            ),
            Node(
                matches.draw_word_matches,
                ["word_matches", "items"],
                "word_match_figure",
                name="draw_word_matches",
            ),
            Node(nodes.write_report, told | {"options": OPTIONS}, "report", name="write_report"),
        ],
        namespace="reporting",
        parameters={OPTIONS, ENCODING},
        prefix_datasets_with_namespace=False,
    )
