"""Wire the recommendation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.recommendation import nodes

OPTIONS = "params:recommendation"


def create_pipeline() -> Pipeline:
    """Return the pipeline that recommends to everyone and predicts for pairs."""
    return Pipeline(
        [
            Node(
                nodes.recommend_items,
                ["recommender", "serving_data", "candidates", "items", "item_texts", OPTIONS],
                "recommendations",
                name="recommend_items",
            ),
        ],
        namespace="recommendation",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
