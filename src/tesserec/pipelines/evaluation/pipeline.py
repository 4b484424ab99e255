"""Wire the evaluation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.evaluation import nodes, pairs

OPTIONS = "params:evaluation"
MODELS = "params:model_training"
RECOMMENDATION = "params:recommendation"


def create_pipeline() -> Pipeline:
    """Return the pipeline that judges all recommenders, and predictions of pairs, on test data."""
    return Pipeline(
        [
            Node(
                nodes.evaluate_recommenders,
                [
                    "testing_data",
                    "blends",
                    "validation_examples",
                    "split_interactions",
                    "candidates",
                    "exclusions",
                    "items",
                    "column_roles",
                    "protocol",
                    MODELS,
                    RECOMMENDATION,
                    OPTIONS,
                ],
                ["user_metrics", "comparison", "serving_blends", "testing_fusion"],
                name="evaluate_recommenders",
            ),
            Node(
                pairs.evaluate_pairs,
                [
                    "testing_fusion",
                    "testing_data",
                    "split_interactions",
                    "labelled_pairs",
                    "pair_predictor",
                    MODELS,
                    OPTIONS,
                ],
                ["pair_metrics", "pair_curves"],
                name="evaluate_pairs",
            ),
        ],
        namespace="evaluation",
        parameters={OPTIONS, MODELS, RECOMMENDATION},
        prefix_datasets_with_namespace=False,
    )
