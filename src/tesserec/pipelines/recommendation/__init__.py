"""The fitted recommender to recommendations with reasons, and predictions for pairs."""

from tesserec.pipelines.recommendation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
