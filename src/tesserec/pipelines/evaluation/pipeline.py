"""Wire the evaluation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.evaluation import nodes, pairs

OPTIONS = "params:evaluation"
MODELS = "params:model_training"
RECOMMENDATION = "params:recommendation"
LABELLED = ("split_interactions", "labelled_pairs", "pair_predictor")


def create_pipeline() -> Pipeline:
    """Return the pipeline that judges all recommenders, and predictions of pairs, on test data."""
    return Pipeline(
        [
            Node(
                nodes.hold_out_test,
                ["testing_data", "split_interactions", "candidates", "protocol", OPTIONS],
                "test_task",
                name="hold_out_test",
            ),
            Node(
                nodes.group_tested_items,
                ["testing_data", "items", "column_roles", "item_texts@table"],
                "item_groups",
                name="group_tested_items",
            ),
            Node(
                nodes.evaluate_recommenders,
                [
                    "testing_data",
                    "test_task",
                    "item_groups",
                    "blends",
                    "validation_examples",
                    "exclusions",
                    "items",
                    "column_roles",
                    MODELS,
                    RECOMMENDATION,
                    OPTIONS,
                ],
                ["user_metrics", "comparison", "slices", "serving_blends", "testing_fusion"],
                name="evaluate_recommenders",
            ),
            Node(
                pairs.evaluate_pairs,
                ["testing_fusion", "testing_data", *LABELLED, MODELS, OPTIONS],
                ["pair_metrics", "pair_curves"],
                name="evaluate_pairs",
            ),
        ],
        namespace="evaluation",
        parameters={OPTIONS, MODELS, RECOMMENDATION},
        prefix_datasets_with_namespace=False,
    )
