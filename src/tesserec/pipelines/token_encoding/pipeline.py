from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.token_encoding import nodes

OPTIONS = "params:token_encoding"
STORED = ("text_vectors", "encoding_run")


def create_pipeline() -> Pipeline:
    """Contextual texts → item and user-text embeddings, by way of the store of vectors; token statistics.

    The store is read under one name and added to under another: a node may not write what it reads.
    """
    return Pipeline(
        [
            Node(
                nodes.encode_texts,
                ["item_texts@batches", "user_texts@batches", "split_interactions", "vectors_before", OPTIONS],
                [*STORED],
                name="encode_texts",
            ),
            Node(
                nodes.fit_compression,
                ["item_texts@batches", "split_interactions", *STORED, OPTIONS],
                "compression",
                name="fit_compression",
            ),
            Node(
                nodes.gather_item_embeddings,
                ["item_texts@batches", *STORED, "compression"],
                ["item_embeddings", "item_token_statistics"],
                name="gather_item_embeddings",
            ),
            Node(
                nodes.gather_user_text_embeddings,
                ["user_texts@batches", *STORED, "compression"],
                ["user_text_embeddings", "user_token_statistics"],
                name="gather_user_text_embeddings",
            ),
            Node(
                nodes.collect_token_statistics,
                ["encoding_run", "item_token_statistics", "user_token_statistics"],
                "token_statistics",
                name="collect_token_statistics",
            ),
        ],
        namespace="token_encoding",
        prefix_datasets_with_namespace=False,
    )
