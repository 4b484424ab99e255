"""Wire the feature_fusion pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.splits.stages import STAGES

INPUTS = (
    "split_interactions",
    "items",
    "users",
    "relations",
    "column_roles",
    "item_texts@table",
    "user_texts@table",
    "item_embeddings",
    "user_text_embeddings",
    "item_interests",
)
OPTIONS = "params:feature_fusion"


def create_pipeline() -> Pipeline:
    """Return the pipeline that builds the training data of each stage from what that stage may see."""
    return Pipeline(
        [
            Node(
                training_data_builder(stage),
                inputs=[*INPUTS, OPTIONS],
                outputs=f"{stage}_data",
                name=f"build_{stage}_data",
            )
            for stage in STAGES
        ],
        namespace="feature_fusion",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
