"""Wire the semantic mining pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.semantic_mining import cards, nodes, opinions

OPTIONS = "params:semantic_mining"
ITEM_TEXTS = ["item_texts@table", "item_embeddings"]
USER_TEXTS = ["user_texts@table", "user_text_embeddings"]


def create_pipeline() -> Pipeline:
    """Return the pipeline from texts, embeddings and interactions to topics, item cards and user profiles."""
    return Pipeline(
        [*_about_items(), *_about_people()],
        namespace="semantic_mining",
        prefix_datasets_with_namespace=False,
    )


def _about_items() -> list[Node]:
    phrases = ["item_phrases", "item_texts@table", "split_interactions", "phrase_vectors_before"]
    described = ["item_texts@table", "item_interests", "item_topics", "item_phrases"]
    return [
        Node(
            nodes.group_miner("topic"),
            [*ITEM_TEXTS, *USER_TEXTS, "split_interactions", OPTIONS],
            ["topics", "item_topics", "text_topics"],
            name="mine_topics",
        ),
        Node(
            nodes.group_miner("interest"),
            [*ITEM_TEXTS, *USER_TEXTS, "split_interactions", OPTIONS],
            ["interests", "item_interests", "text_interests"],
            name="mine_interests",
        ),
        Node(
            cards.find_phrases,
            ["item_texts@table", "split_interactions", OPTIONS],
            "item_phrases",
            name="find_phrases",
        ),
        Node(
            cards.encode_phrases,
            [*phrases, "params:token_encoding", OPTIONS],
            "phrase_vectors",
            name="encode_phrases",
        ),
        Node(
            cards.write_item_cards,
            [*described, "text_vectors", "phrase_vectors", "encoding_run", OPTIONS],
            "item_cards",
            name="write_item_cards",
        ),
        Node(nodes.map_items, ["item_embeddings", OPTIONS], "item_map", name="map_items"),
    ]


def _about_people() -> list[Node]:
    known = ["users", "column_roles", "interactions", "text_interests", "text_topics", "item_cards"]
    return [
        Node(
            opinions.judge_user_texts,
            [*USER_TEXTS, "split_interactions", "params:token_encoding", OPTIONS],
            ["opinions", "aspect_opinions", "opinion_metrics"],
            name="judge_user_texts",
        ),
        Node(
            nodes.profile_all_users,
            [*known, "opinions", "aspect_opinions", OPTIONS],
            "user_profiles",
            name="profile_users",
        ),
    ]
