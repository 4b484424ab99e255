"""Wire the reporting pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.reporting import nodes

OPTIONS = "params:reporting"
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
    return Pipeline(
        [
            Node(nodes.summarise_metrics, ["comparison", "protocol"], "metrics", name="summarise_metrics"),
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
            Node(nodes.draw_popularity, "interactions", "popularity_figure", name="draw_popularity"),
            Node(nodes.draw_activity, "interactions", "activity_figure", name="draw_activity"),
            Node(
                nodes.draw_topic_map,
                ["item_map", "item_cards", "items"],
                "topic_map_figure",
                name="draw_topic_map",
            ),
            Node(
                nodes.write_report,
                {name: name for name in REPORT_INPUTS} | {"options": OPTIONS},
                "report",
                name="write_report",
            ),
        ],
        namespace="reporting",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
