"""Wiring of the download."""

from kedro.pipeline import Node, Pipeline

from tesserec.pipelines.download.nodes import download_source


def create_pipeline() -> Pipeline:
    """One node, which has no output: what it fetches are the raw files that the environments read.

    Returns:
        The pipeline.
    """
    return Pipeline(
        [Node(download_source, inputs="params:download", outputs=None, name="download_source")],
        namespace="download",
        parameters="params:download",
        prefix_datasets_with_namespace=False,
    )
