"""Wire the tuning pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.tuning import nodes
from tesserec.pipelines.tuning.plan import plan_searches

OPTIONS = "params:tuning"
MODELS = "params:model_training"


def create_pipeline() -> Pipeline:
    """Return the pipeline that searches for options and writes those that are clearly better.

    Trials are read under one name and added to under another: a node may not write what it reads.
    """
    return Pipeline(
        [
            Node(
                nodes.divide_validation_targets,
                ["tuning_data", "split_interactions", "candidates", "protocol", OPTIONS],
                "tuning_folds",
                name="divide_validation_targets",
            ),
            Node(
                plan_searches,
                ["tuning_folds", MODELS, OPTIONS],
                "tuning_plans",
                name="plan_searches",
            ),
            Node(
                nodes.search_options,
                ["tuning_plans", "tuning_folds", "studies_before", MODELS, OPTIONS],
                "studies",
                name="search_options",
            ),
            Node(
                nodes.tabulate_trials,
                ["tuning_plans", "studies"],
                ["trials", "importances"],
                name="tabulate_trials",
            ),
            Node(
                nodes.choose_options,
                ["tuning_plans", "tuning_folds", "studies", "protocol", MODELS],
                ["tuning_results", "tuned_parameters"],
                name="choose_options",
            ),
            Node(
                nodes.draw_parallel_coordinates,
                ["trials", OPTIONS],
                "parallel_coordinate_figure",
                name="draw_parallel_coordinates",
            ),
            Node(nodes.draw_importances, "importances", "importance_figure", name="draw_importances"),
        ],
        namespace="tuning",
        parameters={OPTIONS, MODELS},
        prefix_datasets_with_namespace=False,
    )
