"""Wire the feature_fusion pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.feature_fusion.leakage import check_leakage
from tesserec.pipelines.feature_fusion.nodes import training_data_builder
from tesserec.splits.stages import STAGES, TARGET_SPLIT

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
CHECKED = (
    "split_interactions",
    "protocol",
    "items",
    "users",
    "relations",
    "column_roles",
    "item_texts@table",
    "user_texts@table",
    "user_text_embeddings",
    "item_topics",
    "item_interests",
    "opinions",
    "tuning_features",
    "testing_features",
)
OPTIONS = "params:feature_fusion"


def create_pipeline() -> Pipeline:
    """Return the pipeline that builds the training data of each stage from what that stage may see.

    What models are judged on passes the checks before it is called training data, so that nothing can be
    trained on data that leaks, nor is such data ever saved.
    """
    return Pipeline(
        [
            *(
                Node(
                    training_data_builder(stage),
                    inputs=[*INPUTS, OPTIONS],
                    outputs=f"{stage}_features" if TARGET_SPLIT[stage] else f"{stage}_data",
                    name=f"build_{stage}_data",
                )
                for stage in STAGES
            ),
            Node(
                check_leakage,
                inputs=[*CHECKED, OPTIONS],
                outputs=["tuning_data", "testing_data", "leakage_checks"],
                name="check_leakage",
            ),
        ],
        namespace="feature_fusion",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
