from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.token_encoding import nodes


def create_pipeline() -> Pipeline:
    """Contextual texts → item and user-text embeddings, token statistics."""
    return Pipeline(
        [
            Node(
                nodes.encode_item_texts,
                inputs=["item_texts", "params:token_encoding"],
                outputs=["item_embeddings", "item_token_statistics"],
                name="encode_item_texts",
            ),
            Node(
                nodes.encode_user_texts,
                inputs=["user_texts", "params:token_encoding"],
                outputs=["user_text_embeddings", "user_token_statistics"],
                name="encode_user_texts",
            ),
            Node(
                nodes.collect_token_statistics,
                inputs=["item_token_statistics", "user_token_statistics"],
                outputs="token_statistics",
                name="collect_token_statistics",
            ),
        ],
        namespace="token_encoding",
        prefix_datasets_with_namespace=False,
    )
