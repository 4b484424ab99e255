"""Raw tables to clean tables, text views, a split and a quality report."""

from tesserec.pipelines.preprocessing.pipeline import create_pipeline

__all__ = ["create_pipeline"]
