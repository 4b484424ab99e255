"""The project's pipelines by name, and the one that `kedro run` runs."""

from kedro.pipeline import Pipeline

from tesserec.pipelines import (
    ablation,
    download,
    evaluation,
    feature_fusion,
    model_training,
    preprocessing,
    recommendation,
    reporting,
    semantic_mining,
    simulation,
    token_encoding,
    tuning,
)


def register_pipelines() -> dict[str, Pipeline]:
    """Return every pipeline by name; `__default__` goes from raw tables to the report."""
    stages = {
        "preprocessing": preprocessing.create_pipeline(),
        "token_encoding": token_encoding.create_pipeline(),
        "semantic_mining": semantic_mining.create_pipeline(),
        "feature_fusion": feature_fusion.create_pipeline(),
        "model_training": model_training.create_pipeline(),
        "evaluation": evaluation.create_pipeline(),
        "recommendation": recommendation.create_pipeline(),
        "reporting": reporting.create_pipeline(),
    }
    others = {
        "ablation": ablation.create_pipeline(),
        "tuning": tuning.create_pipeline(),
        "download": download.create_pipeline(),
        "simulation": simulation.create_pipeline(),
    }
    return {"__default__": sum(stages.values(), Pipeline([])), **stages, **others}
