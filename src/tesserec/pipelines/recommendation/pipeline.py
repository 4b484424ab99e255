"""Wire the recommendation pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.recommendation import descriptions, nodes

OPTIONS = "params:recommendation"
MODELS = "params:model_training"
TEXTS = ["user_texts@table", "user_text_embeddings"]


def create_pipeline() -> Pipeline:
    """Return the pipeline from checked rules to lists and texts for everyone and predictions for pairs."""
    return Pipeline(
        [*_checks(), *_lists(), *_words()],
        namespace="recommendation",
        parameters={OPTIONS, MODELS},
        prefix_datasets_with_namespace=False,
    )


def _checks() -> list[Node]:
    """What can be wrong is told before anything is computed."""
    return [
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
    ]


def _lists() -> list[Node]:
    fitted, tables = ["recommender", "serving_data"], ["items", "column_roles", "item_cards"]
    return [
        Node(
            nodes.fit_recommender,
            ["serving_data", "serving_blends", MODELS],
            "recommender",
            name="fit_recommender",
        ),
        Node(
            nodes.recommend_items,
            [*fitted, "candidates", "exclusions", *tables, *TEXTS, OPTIONS],
            ["recommendations", "evidence"],
            name="recommend_items",
        ),
        Node(
            nodes.predict_pairs,
            ["pairs", "pair_predictor", *fitted, "split_interactions", MODELS],
            "predictions",
            name="predict_pairs",
        ),
    ]


def _words() -> list[Node]:
    about = ["items", "column_roles", "item_cards", "user_profiles"]
    return [
        Node(
            nodes.check_reasons,
            ["recommender", "serving_data", "evidence", *TEXTS, OPTIONS],
            ["deletions", "faithfulness"],
            name="check_reasons",
        ),
        Node(
            descriptions.describe_recommendations,
            ["recommendations", *about, "description_prompts", OPTIONS],
            "descriptions",
            name="describe_recommendations",
        ),
    ]
