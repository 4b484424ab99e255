"""Fetch a published data set."""

from tesserec.pipelines.download.pipeline import create_pipeline

__all__ = ["create_pipeline"]
