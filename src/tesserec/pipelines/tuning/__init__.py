"""Training data to options of recommenders that the next run can take."""

from tesserec.pipelines.tuning.pipeline import create_pipeline

__all__ = ["create_pipeline"]
