"""Wire the ablation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.ablation import nodes

OPTIONS = "params:ablation"
MODELS = "params:model_training"
FEATURES = "params:feature_fusion"
EVALUATION = "params:evaluation"
TASK = ("split_interactions", "candidates", "protocol")


def create_pipeline() -> Pipeline:
    """Return the pipeline that learns and judges the fusion without each of its parts."""
    return Pipeline(
        [
            Node(
                nodes.learn_arms,
                ["tuning_data", *TASK, MODELS, FEATURES, OPTIONS],
                "learned_arms",
                name="learn_arms",
            ),
            Node(
                nodes.rank_arms,
                ["learned_arms", "testing_data", *TASK, MODELS, FEATURES, EVALUATION, OPTIONS],
                ["ablation_lists", "ablation_arms"],
                name="rank_arms",
            ),
            Node(
                nodes.ask_test_people,
                ["testing_data", *TASK, "items", "column_roles", "item_texts@table", OPTIONS],
                ["ablation_task", "ablation_slices"],
                name="ask_test_people",
            ),
            Node(
                nodes.judge_arms,
                [
                    "ablation_lists",
                    "ablation_arms",
                    "ablation_task",
                    "ablation_slices",
                    "testing_data",
                    "protocol",
                    EVALUATION,
                    OPTIONS,
                ],
                ["ablation_user_metrics", "ablation", "text_value"],
                name="judge_arms",
            ),
            Node(nodes.draw_ablation, "ablation", "ablation_figure", name="draw_ablation"),
            Node(nodes.draw_text_value, "text_value", "text_value_figure", name="draw_text_value"),
        ],
        namespace="ablation",
        parameters={OPTIONS, MODELS, FEATURES, EVALUATION},
        prefix_datasets_with_namespace=False,
    )
