"""Contextual text to embeddings."""

from tesserec.pipelines.token_encoding.pipeline import create_pipeline

__all__ = ["create_pipeline"]
