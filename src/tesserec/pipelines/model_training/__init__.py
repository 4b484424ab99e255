"""Training data to learned fusion weights and the fitted recommender."""

from tesserec.pipelines.model_training.pipeline import create_pipeline

__all__ = ["create_pipeline"]
