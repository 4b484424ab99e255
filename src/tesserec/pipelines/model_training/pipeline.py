"""Wire the model_training pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.model_training import nodes

OPTIONS = "params:model_training"


def create_pipeline() -> Pipeline:
    """Return the pipeline that learns the fusion on validation data and fits it on everything."""
    return Pipeline(
        [
            Node(
                nodes.learn_fusion_weights,
                ["tuning_data", "split_interactions", "candidates", "protocol", OPTIONS],
                ["fusion_weights", "labelled_pairs"],
                name="learn_fusion_weights",
            ),
            Node(
                nodes.learn_pair_predictor,
                ["tuning_data", "split_interactions", "labelled_pairs", OPTIONS],
                "pair_predictor",
                name="learn_pair_predictor",
            ),
            Node(
                nodes.fit_recommender,
                ["serving_data", "fusion_weights", OPTIONS],
                "recommender",
                name="fit_recommender",
            ),
        ],
        namespace="model_training",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
