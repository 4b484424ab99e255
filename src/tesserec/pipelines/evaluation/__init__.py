"""Recommenders on the held-out test interactions."""

from tesserec.pipelines.evaluation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
