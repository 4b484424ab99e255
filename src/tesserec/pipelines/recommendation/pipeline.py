"""Wire the recommendation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.recommendation import descriptions, nodes

OPTIONS = "params:recommendation"
MODELS = "params:model_training"


def create_pipeline() -> Pipeline:
    """Return the pipeline from checked rules to lists and texts for everyone and predictions for pairs."""
    return Pipeline(
        [
            Node(
                descriptions.read_prompts,
                ["description_prompt_en", "description_prompt_zh", OPTIONS],
                "description_prompts",
                name="read_prompts",
            ),
            Node(
                nodes.check_reranking,
                ["items", "column_roles", "exclusions", OPTIONS],
                "reranking_steps",
                name="check_reranking",
            ),
            Node(
                nodes.fit_recommender,
                ["serving_data", "serving_blends", MODELS],
                "recommender",
                name="fit_recommender",
            ),
            Node(
                nodes.recommend_items,
                [
                    "recommender",
                    "serving_data",
                    "candidates",
                    "exclusions",
                    "items",
                    "column_roles",
                    "item_cards",
                    OPTIONS,
                ],
                ["recommendations", "evidence"],
                name="recommend_items",
            ),
            Node(
                descriptions.describe_recommendations,
                [
                    "recommendations",
                    "items",
                    "column_roles",
                    "item_cards",
                    "user_profiles",
                    "description_prompts",
                    OPTIONS,
                ],
                "descriptions",
                name="describe_recommendations",
            ),
            Node(
                nodes.check_reasons,
                ["recommender", "serving_data", "evidence", OPTIONS],
                ["deletions", "faithfulness"],
                name="check_reasons",
            ),
            Node(
                nodes.predict_pairs,
                ["pairs", "pair_predictor", "recommender", "serving_data", "split_interactions", MODELS],
                "predictions",
                name="predict_pairs",
            ),
        ],
        namespace="recommendation",
        parameters={OPTIONS, MODELS},
        prefix_datasets_with_namespace=False,
    )
