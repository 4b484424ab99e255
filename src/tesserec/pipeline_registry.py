"""The project's pipelines by name, and the one that `kedro run` runs."""

from kedro.pipeline import Pipeline

from tesserec.pipelines import download, preprocessing, token_encoding


def register_pipelines() -> dict[str, Pipeline]:
    """Return every pipeline by name; `__default__` goes from raw tables to the report."""
    stages = {
        "preprocessing": preprocessing.create_pipeline(),
        "token_encoding": token_encoding.create_pipeline(),
    }
    others = {"download": download.create_pipeline()}
    return {"__default__": sum(stages.values(), Pipeline([])), **stages, **others}
