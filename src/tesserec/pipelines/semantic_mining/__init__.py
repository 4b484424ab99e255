"""Embeddings, words and histories to topics, item cards and user profiles."""

from tesserec.pipelines.semantic_mining.pipeline import create_pipeline

__all__ = ["create_pipeline"]
