"""Wire the model_training pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.model_training import nodes

OPTIONS = "params:model_training"


def create_pipeline() -> Pipeline:
    """Return the pipeline that learns on validation data."""
    return Pipeline(
        [
            Node(
                nodes.learn_blends,
                ["tuning_data", "split_interactions", "candidates", "protocol", OPTIONS],
                ["blends", "validation_examples", "fusion_weights", "labelled_pairs", "training_curves"],
                name="learn_blends",
            ),
            Node(
                nodes.learn_pair_predictor,
                ["tuning_data", "split_interactions", "labelled_pairs", OPTIONS],
                "pair_predictor",
                name="learn_pair_predictor",
            ),
        ],
        namespace="model_training",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
