from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.semantic_mining import cards, nodes, opinions


def create_pipeline() -> Pipeline:
    """Item texts, embeddings and interactions → topics, item cards and user profiles."""
    return Pipeline(
        [
            Node(
                nodes.mine_topics,
                inputs=[
                    "item_texts@table",
                    "item_embeddings",
                    "user_texts@table",
                    "user_text_embeddings",
                    "split_interactions",
                    "params:semantic_mining",
                ],
                outputs=["topics", "item_topics", "text_topics"],
                name="mine_topics",
            ),
            Node(
                cards.find_phrases,
                inputs=["item_texts@table", "split_interactions", "params:semantic_mining"],
                outputs="item_phrases",
                name="find_phrases",
            ),
            Node(
                cards.encode_phrases,
                inputs=[
                    "item_phrases",
                    "item_texts@table",
                    "split_interactions",
                    "phrase_vectors_before",
                    "params:token_encoding",
                    "params:semantic_mining",
                ],
                outputs="phrase_vectors",
                name="encode_phrases",
            ),
            Node(
                cards.write_item_cards,
                inputs=[
                    "item_texts@table",
                    "item_topics",
                    "topics",
                    "item_phrases",
                    "text_vectors",
                    "phrase_vectors",
                    "encoding_run",
                    "params:semantic_mining",
                ],
                outputs="item_cards",
                name="write_item_cards",
            ),
            Node(
                nodes.map_items,
                inputs=["item_embeddings", "params:semantic_mining"],
                outputs="item_map",
                name="map_items",
            ),
            Node(
                nodes.profile_all_users,
                inputs=[
                    "users",
                    "column_roles",
                    "interactions",
                    "item_cards",
                    "opinions",
                    "aspect_opinions",
                    "params:semantic_mining",
                ],
                outputs="user_profiles",
                name="profile_users",
            ),
            Node(
                opinions.judge_user_texts,
                inputs=[
                    "user_texts@table",
                    "user_text_embeddings",
                    "split_interactions",
                    "params:semantic_mining",
                ],
                outputs=["opinions", "aspect_opinions", "opinion_metrics"],
                name="judge_user_texts",
            ),
        ],
        namespace="semantic_mining",
        prefix_datasets_with_namespace=False,
    )
