"""Wire the evaluation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.evaluation import nodes

OPTIONS = "params:evaluation"
MODELS = "params:model_training"
RECOMMENDATION = "params:recommendation"


def create_pipeline() -> Pipeline:
    """Return the pipeline that judges all recommenders on test data."""
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
                ["user_metrics", "comparison", "serving_blends"],
                name="evaluate_recommenders",
            ),
        ],
        namespace="evaluation",
        parameters={OPTIONS, MODELS, RECOMMENDATION},
        prefix_datasets_with_namespace=False,
    )
