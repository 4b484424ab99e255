"""Wire the preprocessing pipeline."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.preprocessing import nodes

TABLES = ("interactions", "items", "users", "texts", "relations", "candidates", "exclusions", "pairs")
OPTIONS = "params:preprocessing"


def create_pipeline() -> Pipeline:
    """Return the pipeline from raw tables to clean tables, text views, split and quality report."""
    outputs = (*TABLES, "column_roles", "data_quality")
    return Pipeline(
        [
            Node(
                nodes.clean_raw_tables,
                inputs=[*(f"raw_{table}" for table in TABLES), OPTIONS],
                outputs={name: name for name in outputs},
                name="clean_raw_tables",
            ),
            Node(
                nodes.write_item_texts, ["items", "column_roles"], "item_texts@table", name="write_item_texts"
            ),
            Node(nodes.write_user_texts, "texts", "user_texts@table", name="write_user_texts"),
            Node(
                nodes.split_events,
                ["interactions", "candidates", OPTIONS],
                "split_interactions",
                name="split_events",
            ),
            Node(
                nodes.state_protocol,
                ["split_interactions", "candidates", OPTIONS],
                "protocol",
                name="state_protocol",
            ),
        ],
        namespace="preprocessing",
        parameters={OPTIONS},
        prefix_datasets_with_namespace=False,
    )
